"""Which page form a review was drafted in, so that its approval writes the same."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('review', sa.Column('form', sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column('review', 'form')
