"""Avklart: a municipality and its residents clarify who does what when someone grows old."""

__version__ = "0.1.0"
