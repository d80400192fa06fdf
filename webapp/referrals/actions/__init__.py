"""What is done to referrals, each act with its audit event and its messages in one transaction (T1)."""
