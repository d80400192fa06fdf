"""What stands on the pages of an agreement."""
