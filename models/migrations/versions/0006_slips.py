"""Slips: the number and colour of a message, the book their numbers come from, orders to stop sending."""

import sqlalchemy as sa
from alembic import op

import models.types

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, kind in (('office_id', sa.Integer()), ('year', sa.Integer()), ('number', sa.Integer()),
                       ('colour', sa.String())):
        op.add_column('digest', sa.Column(name, kind, nullable=True))
    op.create_index('digest_slip', 'digest', ['office_id', 'year', 'number'], unique=True)
    op.create_table('slip_book',
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['unit.id'], ),
    sa.PrimaryKeyConstraint('office_id', 'year')
    )
    op.create_table('sending_order',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stops', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('given_by', sa.String(), nullable=False),
    sa.Column('recorded_at', models.types.Moment(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )


def downgrade() -> None:
    op.drop_table('sending_order')
    op.drop_table('slip_book')
    op.drop_index('digest_slip', table_name='digest')
    for name in ('colour', 'number', 'year', 'office_id'):
        op.drop_column('digest', name)
