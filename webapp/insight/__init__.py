"""Insight: what was counted in a municipality, without naming anybody; its goals, measures and indicators (IN-2).

Words: moment, topic, series, period, figures, goal, measure, indicator. Doors: `views`. What happens is counted
where it happens (`kernel/moments.py`); which figures may be shown is `domain/suppression`.
"""
