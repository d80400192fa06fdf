"""The municipalities on this installation, told apart by host name: facts, contacts, theme.

Words: Municipality, contact, placeholder. Doors: `domain` (plain facts), `models` (the tenant row that
everything of a municipality hangs on).
"""
