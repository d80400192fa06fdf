"""A backup and a restore of a large database while people read and send forms: how long, and whether all are answered.

The database is filled with images of random bytes, which do not compress.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread

from bench.load import Measured, Region, run
from bench.pages import row
from bench.referrals import postgresql
from bench.server import PYTHON, ROOT, avklart
from webapp.content.models import ImageRow
from webapp.storage.session import Database

MEGABYTES = {"sqlite": 300, "postgresql": 1000}
RATE = 15
"""Requests a second while the backup is written."""
MIX = {"page": 50, "question": 30, "submit": 20}
_MEGABYTE = 2**20


def fill(url: str, megabytes: int) -> None:
    """Put so many megabytes of images into a database."""
    database = Database(url)
    for _ in range(megabytes):
        with database.writing() as session:
            session.add(ImageRow(digest=token_hex(32), body=os.urandom(_MEGABYTE)))
    database.close()


@contextmanager
def asking(port: int) -> Iterator[list[Measured]]:
    """Let people ask and send forms for as long as the block lasts; what came back is in the list."""
    region, found, is_done = Region(port), list[Measured](), Event()

    def ask() -> None:
        while not is_done.is_set():
            found.append(run(region, rate=RATE, seconds=2, mix=MIX))

    thread = Thread(target=ask)
    thread.start()
    try:
        yield found
    finally:
        is_done.set()
        thread.join()


def _seconds(command: list[str], environ: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([PYTHON, "-m", "webapp", *command], cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Back up and restore on the databases that are named: `python -m bench.backup postgresql`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("databases", nargs="*", default=list(MEGABYTES))
    for name in parser.parse_args().databases:
        with (
            tempfile.TemporaryDirectory(prefix="avklart-bench-") as folder,
            postgresql() if name == "postgresql" else nullcontext("") as url,
        ):
            _measure(name, Path(folder), url)


def _measure(name: str, folder: Path, url: str) -> None:
    data, target = folder / "data", folder / "site.backup"
    more = {"AVKLART_TRUSTED_HOPS": "1"} | ({"AVKLART_DATABASE_URL": url} if url else {})
    environ = {**os.environ, "AVKLART_DATA": str(data), "AVKLART_ENV": "demo", **more}
    with avklart(data, more) as server:
        fill(url or f"sqlite:///{data / 'avklart.db'}", MEGABYTES[name])
        with asking(server.port) as found:
            backup = _seconds(["backup", str(target)], environ)
    times = [one for measured in found for of_kind in measured.times.values() for one in of_kind]
    wrong = [fault for measured in found for fault in measured.wrong]
    restore = _seconds(["restore", "--replace", str(target)], environ)
    size = target.stat().st_size / _MEGABYTE
    what = f"{name}: {MEGABYTES[name]} MB of images"
    row(f"{what}, backup while {len(times)} ask", f"{backup:.0f} s, {size:.0f} MB", "", holds=True)
    row("  answers that were not right", str(len(wrong)), "0", holds=not wrong)
    row("  the slowest answer", f"{max(times) / 1000:.1f} s", "", holds=True)
    row("  restore over what is there", f"{restore:.0f} s", "", holds=True)
    for fault in sorted(set(wrong))[:5]:
        print(f"    {fault}")


if __name__ == "__main__":
    main()
