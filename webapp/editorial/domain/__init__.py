"""Rules of the editorial office, on plain data."""
