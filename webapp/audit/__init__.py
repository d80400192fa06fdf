"""What happened, in a chain that shows when it was changed: who did or saw what, when and why; ids only.

Words: AuditEvent, head. Doors: `actions.record` in the transaction of what it tells of, `queries`, `avklart audit`.
"""
