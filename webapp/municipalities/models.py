"""The row that everything of a municipality hangs on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base


class MunicipalityRow(Base):
    """A municipality that runs on this installation; its facts are content."""

    __tablename__ = "municipality"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    created_at: Mapped[datetime]
