"""Runs the migrations on the connection that it is given; offline scripts are not made."""

from __future__ import annotations

from alembic import context

from webapp.storage.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
