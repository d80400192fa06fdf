"""What the municipality does: services, the staircase, who does what, aids, offers, meeting places, open data.

Words: service, step, task, stance, aid, offer, place. Doors: the pages under `/<lang>/tjenester`,
`innsatstrapp`, `hvem-gjor-hva`, `hjelpemidler`, `tilbud`, `moteplasser`, and `/api/`.
"""
