"""Search that understands everyday words: inflections, compounds, nynorsk, misspellings, whole questions.

Words: document, hit, suggestion. Doors: `queries.search`, `queries.suggest`; the page at `/<lang>/sok`.
"""
