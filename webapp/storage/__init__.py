"""The database: engine, sessions, base classes, migrations. No rule of the domain."""
