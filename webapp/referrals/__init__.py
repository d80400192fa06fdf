"""Referrals: what a resident sends to the municipality, and all that becomes of it (HE-1 to HE-5).

A *referral* comes in by a *door*, is stored whole with its consent, and is a case from then on; an *entry* is one thing
that was said or done. What is being written lies in the working copy until it is sent (SJ-5).
"""
