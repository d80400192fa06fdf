"""What changes about those who come in, one verb a function, each in the transaction that it is given."""
