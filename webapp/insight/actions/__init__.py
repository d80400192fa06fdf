"""What is changed in the room, each act with its audit event in one transaction."""
