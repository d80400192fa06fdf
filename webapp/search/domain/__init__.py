"""What a query means and what may be remembered of it."""
