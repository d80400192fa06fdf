"""The editorial office: images for the pages, and what could be better in a text while it is written.

Words: image, form, remark. Doors: `views` (screens below /redaksjon). What a page is stands in `content`.
"""
