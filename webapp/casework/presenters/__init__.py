"""What caseworkers' screens show: words, marks and order; no HTML."""
