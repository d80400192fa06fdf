"""What one more municipality costs a web process: memory for its texts and its search, with as many as a region has."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from bench.pages import row
from bench.server import ROOT, Server, avklart, get

MANY = 30
PATHS = ("/nb/", "/nb/abc/fall", "/nb/tjenester/", "/nb/hvem-gjor-hva", "/nb/sok?q=fall", "/nn/sok?q=fall")
PROCESSES = 2


def _copy(folder: Path, number: int) -> Path:
    """Copy the content with so many municipalities more, each with texts of its own under a name of its own."""
    content = folder / f"content{number}"
    shutil.copytree(ROOT / "content", content)
    first = content / "municipalities" / "dalsbygd"
    for at in range(number):
        name = f"bygd{at}"
        shutil.copytree(first, content / "municipalities" / name)
        facts = content / "municipalities" / name / "facts.yaml"
        written = facts.read_text("utf-8").replace("dalsbygd.localhost", f"{name}.localhost")
        facts.write_text(re.sub(r"number: '\d+'", f"number: '{1000 + at}'", written), "utf-8")
    return content


def _visit(server: Server, number: int) -> None:
    for at in range(number):
        for path in PATHS * PROCESSES * 2:  # each process is met more than once
            get(server.port, path, {"Host": f"bygd{at}.localhost", "Connection": "close"})


def main() -> None:
    """Compare the memory of the web processes with two municipalities and with many, all of them visited."""
    found: dict[int, float] = {}
    for number in (1, 1 + MANY):
        with tempfile.TemporaryDirectory(prefix="avklart-bench-") as folder:
            content = _copy(Path(folder), number)
            with avklart(more={"AVKLART_CONTENT": str(content)}) as server:
                _visit(server, number)
                found[number] = server.resident_megabytes()
    each = (found[1 + MANY] - found[1]) / MANY / PROCESSES
    row(
        f"memory of a web process with {MANY + 3} municipalities",
        f"{found[1 + MANY] / PROCESSES:.0f} MB",
        "",
        holds=True,
    )
    row("  for each municipality more", f"{each:.2f} MB", "", holds=True)


if __name__ == "__main__":
    main()
