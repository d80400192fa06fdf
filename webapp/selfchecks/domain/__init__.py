"""The engine of self-checks: pure and total, on plain data."""
