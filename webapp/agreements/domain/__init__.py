"""The rules of an expectation agreement, on plain data."""
