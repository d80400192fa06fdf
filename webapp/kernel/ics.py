"""A calendar file (RFC 5545): whole days, once or again and again, for any calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LONGEST_LINE = 74


@dataclass(frozen=True, slots=True)
class Entry:
    """One day in a calendar; `rule` says how it comes again, empty where it does not."""

    id: str
    day: date
    words: str
    rule: str = ""
    more: str = ""
    reminds_at: int | None = None
    """The hour of the day at which the calendar reminds of it; None where it does not."""


def calendar(entries: Iterable[Entry], *, at: datetime) -> str:
    """Answer a calendar file with some entries; the same id in a later file takes the place of an earlier one."""
    body = [line for entry in entries for line in _lines(entry, at)]
    found = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Avklart//NO", "CALSCALE:GREGORIAN", *body, "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in found)


def _lines(entry: Entry, at: datetime) -> list[str]:
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.id}@avklart",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(entry.words)}",
        *([f"DESCRIPTION:{_escaped(entry.more)}"] if entry.more else []),
        *([f"RRULE:{entry.rule}"] if entry.rule else []),
        "TRANSP:TRANSPARENT",
        *_alarm(entry),
        "END:VEVENT",
    ]


def _alarm(entry: Entry) -> list[str]:
    if entry.reminds_at is None:
        return []
    words = f"DESCRIPTION:{_escaped(entry.words)}"
    return ["BEGIN:VALARM", "ACTION:DISPLAY", words, f"TRIGGER:PT{entry.reminds_at}H", "END:VALARM"]


def _escaped(words: str) -> str:
    marked = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join("".join(filter(str.isprintable, line)) for line in marked.splitlines())


def _folded(line: str) -> str:
    """Break a line after 74 octets at the most, never inside a letter."""
    parts, size = [""], 0
    for letter in line:
        weight = len(letter.encode())
        if size + weight > _LONGEST_LINE:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += weight
    return "\r\n".join(parts)
