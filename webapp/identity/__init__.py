"""Who comes in: staff with two factors, residents with ID-porten, invited parties with a link and a code.

Words: staff, invitation, personal link, joining code, one-time code, session, second factor. Doors: `current.caller`
for the one who asks, `actions` for what changes, `views` for the screens. A link alone opens nothing.
"""
