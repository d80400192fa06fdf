"""What is done in an agreement: every change checks its rule, is noted in the history, and stands in the audit log."""
