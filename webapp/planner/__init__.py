"""My plan: to-do points that somebody collects on their own device, ready-made plans, and what is taken along.

Words: personal plan, plan item, ready-made plan. Doors: `/<lang>/min-plan`, the ready-made plans below it, and its
PDF and calendar file, made from what the browser posts and stored nowhere.
"""
