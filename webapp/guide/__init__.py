"""Alderdommens ABC: the look-up book, the ways into it, and the pages of running text.

Words: entry, situation, letter bar. Doors: the home page, `/<lang>/abc/`, `ung`, `nodnummer`, `ordliste`,
`andre-sprak`, about and privacy pages, sitemap.
"""
