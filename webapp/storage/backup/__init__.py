"""Backups: one encrypted file with all that a restore needs, and no key."""
