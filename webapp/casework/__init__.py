"""Casework: how caseworkers see, answer and pass on what residents have sent (SA-1 to SA-3).

What may be done to a case, and what becomes of it, is `webapp.referrals`; here are the screens, and who may look why.
"""
