"""What pages of accounts and of coming in show."""
