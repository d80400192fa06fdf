"""Changing: writing drafts, sending, approving, publishing, links; each in the caller's transaction, and recorded."""
