"""How the codes of indicators follow from one another, by plan version."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('indicator_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_version_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('relation', sa.String(), nullable=False),
    sa.Column('before', sa.String(), nullable=True),
    sa.Column('after', sa.String(), nullable=True),
    sa.Column('factor', sa.String(), nullable=True),
    sa.Column('breaks', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['plan_version_id'], ['plan_version.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_indicator_link_plan_version_id', 'indicator_link', ['plan_version_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_indicator_link_plan_version_id', table_name='indicator_link')
    op.drop_table('indicator_link')
