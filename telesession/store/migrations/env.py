"""Loaded by Alembic: hands it the connection that `upgrade.run` was given."""

from alembic import context

from telesession.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
