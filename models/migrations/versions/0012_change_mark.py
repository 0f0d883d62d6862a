"""A mark left by every change of what figures rest on, by the database itself, on SQLite and PostgreSQL."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

# What the small tables of the analytic copy are read from, and which receipts count in it.
TABLES = (
    'assignment', 'directive', 'directive_relation', 'effective_return', 'indicator', 'indicator_link', 'period',
    'plan_version', 'return', 'task', 'task_indicator', 'unit', 'unit_event', 'unit_span',
)
WRITES = ('INSERT', 'UPDATE', 'DELETE')

# One row for each transaction whose mark is not cleared yet: to change a row that all share, each would have to wait
# for the end of all before it, and two that hold other rows besides could wait for each other.
RENEW = """
CREATE FUNCTION change_mark_renew() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine bigint := pg_current_xact_id()::text::bigint;
BEGIN
    UPDATE change_mark SET mark = gen_random_uuid()::text WHERE writer = mine;
    IF NOT FOUND THEN
        INSERT INTO change_mark (writer, mark) VALUES (mine, gen_random_uuid()::text);
        DELETE FROM change_mark WHERE writer IN (
            SELECT writer FROM change_mark WHERE writer <> mine FOR UPDATE SKIP LOCKED
        );
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table('change_mark',
    sa.Column('writer', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('mark', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('writer')
    )
    for statement in _on_postgresql() if op.get_bind().dialect.name == 'postgresql' else _on_sqlite():
        op.execute(statement)


def _on_postgresql():
    yield RENEW
    for table in TABLES:
        yield (
            f'CREATE TRIGGER {table}_marked AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}" '
            'FOR EACH STATEMENT EXECUTE FUNCTION change_mark_renew()'
        )


def _on_sqlite():
    yield 'INSERT INTO change_mark (writer, mark) VALUES (0, lower(hex(randomblob(16))))'
    for table in TABLES:
        for write in WRITES:
            yield (
                f'CREATE TRIGGER {table}_{write.lower()}_marked AFTER {write} ON "{table}" '
                'BEGIN UPDATE change_mark SET mark = lower(hex(randomblob(16))); END'
            )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == 'postgresql'
    for table in TABLES:
        if is_postgresql:
            op.execute(f'DROP TRIGGER {table}_marked ON "{table}"')
        else:
            for write in WRITES:
                op.execute(f'DROP TRIGGER {table}_{write.lower()}_marked')
    op.drop_table('change_mark')
    if is_postgresql:
        op.execute('DROP FUNCTION change_mark_renew()')
