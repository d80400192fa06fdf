"""Co-creation: what readers say of the pages, drafts that are open for comment, and what was changed because of it."""
