"""Self-checks: questions about one's own situation, answered alone, with a result in plain words.

Words: SelfCheck, Question, Option, Band, Advice, RedFlag, Answers, WorkingCopy, Result. Doors: `domain` (pure: path,
scoring, result), `queries`, `actions` (the encrypted working copy), `views`.
"""
