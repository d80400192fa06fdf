"""What the room reads: what was counted, and goals."""
