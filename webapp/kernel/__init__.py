"""What every room may lean on: plain Python on plain data, the standard library only."""
