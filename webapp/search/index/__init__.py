"""The index of one library in one language, in memory (docs/adr/0005): made of documents, asked by words.

`pages` holds the pages and finds them; `lexicon` knows stems, parts and synonyms; `spelling` knows which words sound
alike; `meaning` turns the words of a query into a question to the pages.
"""

from webapp.search.index.pages import Document, Hit, Index

__all__ = ["Document", "Hit", "Index"]
