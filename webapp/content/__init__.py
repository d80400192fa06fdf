"""What is written: pages of every kind, in files and in the database, shared by all or a municipality's own.

Words: page, part (common or a language's text), library (what one municipality's readers see), version.
Doors: `current.library()` for readers, `queries` and `actions` for the database, `files` for `content/`.
"""
