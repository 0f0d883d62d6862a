"""Delivery: tries that may have arrived, decisions of operators, messages found by state."""

import sqlalchemy as sa
from alembic import op

import models.types

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

STATES = ('pending', 'sending', 'sent', 'failed', 'unknown', 'cancelled')


def upgrade() -> None:
    op.add_column('digest', sa.Column('doubts', sa.Integer(), nullable=False, server_default='0'))
    op.execute("UPDATE digest SET doubts = 1 WHERE state = 'unknown'")
    op.create_index('ix_digest_state', 'digest', ['state'], unique=False)
    op.create_table('digest_decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest_id', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('before', sa.Enum(*STATES, name='digeststate', native_enum=False, length=20), nullable=False),
    sa.Column('recipient', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('recorded_at', models.types.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['digest_id'], ['digest.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_digest_decision_digest_id', 'digest_decision', ['digest_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_digest_decision_digest_id', table_name='digest_decision')
    op.drop_table('digest_decision')
    op.drop_index('ix_digest_state', table_name='digest')
    op.drop_column('digest', 'doubts')
