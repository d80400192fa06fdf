"""The rules of counted figures: which may be shown, and which topics there are."""
