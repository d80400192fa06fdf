"""The figures as a file for a spreadsheet."""

from __future__ import annotations

from flask_babel import gettext

from webapp.administration.presenters import FiguresPage
from webapp.kernel.sheets import as_csv


def figures_csv(page: FiguresPage) -> bytes:
    """Answer what the page says, word for word, as CSV; also there small numbers are hidden."""
    head = (gettext("Time"), gettext("Question"), gettext("Answer"), gettext("How many"))
    answered = (page.period, page.title, gettext("Answered the survey"), page.number)
    chosen = [
        (page.period, asked.question, choice.words, choice.told if choice.number is None else choice.number)
        for asked in page.asked
        for choice in asked.choices
    ]
    written = [(page.period, page.text_question, words, "") for words in page.written]
    return as_csv([head, answered, *chosen, *written])
