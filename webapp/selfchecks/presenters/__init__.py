"""What the pages of self-checks show, one module a journey; no HTML."""
