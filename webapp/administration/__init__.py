"""Administration: what keeps a municipality's installation going and belongs to no other room.

Words: outbox, parked message. Doors: `views`. Who works here stands in `identity`, what happened in `audit`.
"""
