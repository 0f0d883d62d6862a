"""The figures of a snapshot are found by (snapshot, code); an index of the first alone said nothing more."""

from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

NAME = 'ix_snapshot_figure_snapshot_id'


def upgrade() -> None:
    op.drop_index(NAME, table_name='snapshot_figure')


def downgrade() -> None:
    op.create_index(NAME, 'snapshot_figure', ['snapshot_id'])
