"""What the room's pages say, in the reader's words."""
