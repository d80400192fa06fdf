"""A municipality as plain facts, and its colours."""
