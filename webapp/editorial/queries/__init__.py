"""Reading: drafts and what was published before, what a draft would publish, what is to be done."""
