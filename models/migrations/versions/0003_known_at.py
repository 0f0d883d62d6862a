"""What the ledger said at a time: excuses by persons, and each row as it stood before it was changed."""

import sqlalchemy as sa
from alembic import op

import models.types

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

STATES = ('owed', 'received', 'accepted', 'rejected', 'excused', 'superseded')


def upgrade() -> None:
    op.add_column('return', sa.Column('plan_version_id', sa.Integer(), nullable=True))
    op.add_column('period', sa.Column('lock_rule', sa.Integer(), nullable=True))
    op.create_table('excuse',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('return_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('granted_by', sa.String(), nullable=False),
    sa.Column('recorded_at', models.types.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['return_id'], ['return.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_excuse_return_id', 'excuse', ['return_id'], unique=False)
    op.create_table('ledger_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('return_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', models.types.Moment(timezone=True), nullable=False),
    sa.Column('plan_version_id', sa.Integer(), nullable=True),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum(*STATES, name='returnstate', native_enum=False, length=20), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['unit_event.id'], ),
    sa.ForeignKeyConstraint(['plan_version_id'], ['plan_version.id'], ),
    sa.ForeignKeyConstraint(['return_id'], ['return.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_ledger_change_return_id', 'ledger_change', ['return_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_ledger_change_return_id', table_name='ledger_change')
    op.drop_table('ledger_change')
    op.drop_index('ix_excuse_return_id', table_name='excuse')
    op.drop_table('excuse')
    op.drop_column('period', 'lock_rule')
    op.drop_column('return', 'plan_version_id')
