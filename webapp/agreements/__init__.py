"""The expectation agreement: answered alone, compared, settled together, signed, verified."""
