"""Distributions of ordinal measures in the frozen figures, and what a snapshot's hash is of."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('snapshot', sa.Column('form', sa.Integer(), nullable=False, server_default='1'))
    op.add_column('snapshot_figure', sa.Column('distribution', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column('snapshot_figure', 'distribution')
    op.drop_column('snapshot', 'form')
