"""The editorial office: a page is changed in minutes, and looked at by somebody else where that is due.

Words: draft, save, revision, approval, basis, merge, image, remark. Doors: `views` (screens below
/redaksjon), `jobs` (what is published at its time, reminders). What a page is, and what publishing it means, stands in
`content`.
"""
