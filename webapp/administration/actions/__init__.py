"""Changing settings and receivers: each change in the caller's transaction, recorded, and with what it was before."""
