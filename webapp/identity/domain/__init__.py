"""The rules of coming in, on plain data."""
