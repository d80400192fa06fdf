"""What the pages of the editorial office show."""
