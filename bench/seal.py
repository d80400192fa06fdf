"""Signed agreements: how long it takes to make and seal one, and to tell of a file whether it is genuine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.pages import row
from tests.factories import papers
from webapp.gateways.pdf.agreement import make_agreement
from webapp.gateways.pdf.contract import Agreement
from webapp.gateways.seal import Sealer, Verdict
from webapp.kernel.canonical import fingerprint
from webapp.kernel.clock import SystemClock

ROUNDS = 15
SEAL_MS, CHECK_MS = 400, 100
AT = datetime(2026, 11, 29, 6, 35, 17, tzinfo=UTC)


def _milliseconds(act: Callable[[], object]) -> float:
    act()  # warm: fonts and libraries are loaded
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        act()
        times.append((perf_counter() - began) * 1000)
    return median(times)


def _signed(sealer: Sealer, document: Agreement) -> bytes:
    """Answer a document as it is handed out: hashed, made and sealed."""
    told = fingerprint(document)
    document["hash"] = told
    return sealer.seal(make_agreement(document, at=AT), municipality="fjordvik", at=AT, fingerprint=told)


def _measure(sealer: Sealer, count: int) -> None:
    sealed = _signed(sealer, papers.agreement(count=count))
    assert sealer.check(sealed).verdict is Verdict.GENUINE
    took = _milliseconds(lambda: _signed(sealer, papers.agreement(count=count)))
    checked = _milliseconds(lambda: sealer.check(sealed))
    row(f"hash, make and seal, {count} tasks", f"{took:.0f} ms", f"< {SEAL_MS} ms", holds=took < SEAL_MS)
    row("  check the sealed file", f"{checked:.0f} ms", f"< {CHECK_MS} ms", holds=checked < CHECK_MS)


def main() -> None:
    """Measure an agreement of twelve tasks and one of two hundred, from frozen words to a sealed file and back."""
    print()
    with tempfile.TemporaryDirectory(prefix="avklart-bench-") as folder:
        sealer = Sealer(SystemClock(), Path(folder), is_demo=True)
        for count in (12, 200):
            _measure(sealer, count)
