"""Kinds of pages, their fields, what must hold, and which text a reader gets."""
