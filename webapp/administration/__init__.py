"""Administration: what a municipality decides of its own installation, and what keeps it going.

Words: setting (a fact of the municipality), receiver (its own system), change, outbox, parked message. Doors: `views`,
and `receiving`, by which the worker finds a municipality's receivers. Who works here stands in `identity`; what was
written, with its revisions, in `content` and `editorial`; what happened in `audit`.
"""
