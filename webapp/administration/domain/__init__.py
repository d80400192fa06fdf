"""The rules of settings and of receivers: plain Python on plain data."""
