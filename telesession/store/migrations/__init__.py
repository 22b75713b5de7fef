"""How a database of an older release becomes one of this release. Alembic is loaded only when there is work for it."""
