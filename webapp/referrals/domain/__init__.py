"""The rules of referrals, as a caseworker could read them aloud."""
