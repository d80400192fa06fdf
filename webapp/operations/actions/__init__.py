"""What an operator does: back up, restore, keep the erasure list."""
