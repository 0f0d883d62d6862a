"""The data-quality score of an accepted return."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('receipt', sa.Column('quality', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('receipt', 'quality')
