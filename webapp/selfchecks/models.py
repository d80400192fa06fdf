"""The tables of surveys: nothing in them says who, or when more closely than the day.

What was ticked by one person is a row; what the person wrote lies apart, by the month alone, so that a way of writing
leads to no answers. Rows lie by their random ids, and not in the order in which they came.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base
from webapp.storage.sealed import Sealed


class SurveyAnswerRow(Base):
    """What somebody ticked in a survey."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        Index("ix_survey_answer_day", "municipality", "survey", "day"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The key of the form, made up for it: one form is one answer, however often it is sent."""
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    survey: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    day: Mapped[date] = mapped_column(Date)
    answers: Mapped[dict[str, Any]]
    """Question → the value that was chosen."""


class SurveyWordsRow(Base):
    """What somebody wrote in a survey, beside no other answer of theirs."""

    __tablename__ = "survey_words"
    __table_args__ = (
        Index("ix_survey_words_month", "municipality", "survey", "month"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    survey: Mapped[str] = mapped_column(String(40))
    question: Mapped[str] = mapped_column(String(40))
    month: Mapped[date] = mapped_column(Date)
    """Its first day."""
    words_sealed: Mapped[str] = mapped_column("words", Text)
    words = Sealed("words_sealed")
