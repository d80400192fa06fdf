"""The public page: throughput against its yardsticks, one connection alone, sizes, memory, start."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median
from threading import Thread

from bench.server import Server, avklart, get, granian, wrk
from webapp.content import actions, queries
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PageKey
from webapp.kernel.clock import SystemClock
from webapp.storage.session import Database

PAGE = "/nb/abc/fall"
ROUNDS, SECONDS = 3, 4
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


def row(name: str, value: str, goal: str, *, holds: bool) -> None:
    """Print one line of the table."""
    print(f"{name:<62}{value:>16}   {goal:<18}{'holds' if holds else 'MISSED'}")


def throughput() -> None:
    """Compare requests a second with a bare Flask page and with the same bytes, in turns."""
    with avklart() as server:
        body = get(server.port, PAGE, BROWSER)
        with tempfile.NamedTemporaryFile(suffix=".html") as file:
            file.write(body)
            file.flush()
            environ = {"BENCH_BODY": file.name}
            with (
                granian("bench.comparisons:same_bytes", environ, PAGE) as same,
                granian("bench.comparisons:flask_page", environ, PAGE) as bare,
            ):
                ours, theirs, flasks = [], [], []
                for _ in range(ROUNDS):
                    ours.append(wrk(server.port, PAGE, connections=16, seconds=SECONDS).per_second)
                    theirs.append(wrk(same, PAGE, connections=16, seconds=SECONDS).per_second)
                    flasks.append(wrk(bare, PAGE, connections=16, seconds=SECONDS).per_second)
        ratio = median(ours) / median(flasks)
        row("public page, against a bare Flask page", f"{ratio:.1f} x", ">= 5 x", holds=ratio >= 5)
        ratio = median(ours) / median(theirs)
        row("public page, against the same bytes from a callable", f"{ratio:.2f} x", ">= 0.7 x", holds=ratio >= 0.7)
        alone = min(wrk(server.port, PAGE, connections=1, seconds=SECONDS).p99_ms for _ in range(ROUNDS))
        row("one connection alone, p99", f"{alone:.2f} ms", "<= 1 ms", holds=alone <= 1)
        not_modified(server)
        publication(server)


def not_modified(server: Server) -> None:
    """Measure a 304 on the wire, status line and headers."""
    etag = b""
    for attempt in range(2):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            lines = [f"GET {PAGE} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: br", "Connection: close"]
            if attempt:
                lines.append(f"If-None-Match: {etag.decode()}")
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        if not attempt:
            etag = re.search(rb'(?i)etag: ("[^"]+")', answer).group(1)  # type: ignore[union-attr]
    assert answer.startswith(b"HTTP/1.1 304")
    row("a 304, all bytes", f"{len(answer)} bytes", "< 400 bytes", holds=len(answer) < 400)


def publication(server: Server) -> None:
    """Publish a change, and see when every process shows it, while they are under load."""
    database = Database(f"sqlite:///{server.data / 'avklart.db'}")
    key = PageKey(None, "entry", "fall", "nb")
    with database.reading() as session:
        fields = next(part.fields for part in queries.all_parts(session) if part.key == key)
    assert key.language != COMMON
    load = Thread(target=wrk, args=(server.port, "/nb/abc/trygghetsalarm"), kwargs={"connections": 4, "seconds": 4})
    load.start()
    slowest = 0.0
    for number in range(5):
        title = f"Fall {number}"
        with database.writing() as session:
            actions.publish(session, key, {**fields, "title": title}, at=SystemClock().now())
        began = time.perf_counter()
        in_a_row = 0
        while in_a_row < 40:
            in_a_row = in_a_row + 1 if title.encode() in get(server.port, PAGE) else 0
            if not in_a_row:
                slowest = max(slowest, time.perf_counter() - began)
    load.join()
    database.close()
    row("a publication shows in every process after", f"{slowest:.2f} s", "<= 1 s", holds=slowest <= 1)


def start() -> None:
    """Measure from the command to the first answer, the database migrated and the content imported."""
    folder = Path(tempfile.mkdtemp(prefix="avklart-bench-"))
    try:
        with avklart(folder):
            pass
        seconds = []
        for _ in range(ROUNDS):
            with avklart(folder) as server:
                seconds.append(server.seconds)
        row("start to first answer", f"{median(seconds):.2f} s", "< 2 s", holds=median(seconds) < 2)
    finally:
        shutil.rmtree(folder)


def memory() -> None:
    """Measure the resident memory of two web workers after a mixed load, and its growth over 100,000 requests."""
    paths = [PAGE, "/nb/", "/nb/abc/", "/nb/tjenester/hjemmesykepleie", "/nn/abc/fall", "/en/abc/fall"]
    with avklart() as server:
        for path in [*paths, "/nb/sok?q=alarm", "/nn/sok?q=alarm", "/en/sok?q=alarm", "/nb/hvem-gjor-hva?q=sn"]:
            for _ in range(12):
                get(server.port, path, BROWSER)
        for path in paths:
            wrk(server.port, path, connections=8, seconds=2)
        wrk(server.port, "/nb/sok?q=alarm", connections=4, seconds=3)
        before = server.resident_megabytes()
        done = 0.0
        while done < 100_000:
            for path in (PAGE, "/nb/sok?q=falle"):
                load = wrk(server.port, path, connections=8, seconds=3)
                done += load.per_second * 3
        after = server.resident_megabytes()
        each = server.resident_megabytes(count="Rss")
        row("two web workers together, resident after load", f"{before:.0f} MB", "<= 220 MB", holds=before <= 220)
        print(f"  (what they share counted for each of them: {each:.0f} MB)")
        row("growth over 100,000 requests", f"{after - before:.1f} MB", "<= 5 MB", holds=after - before <= 5)


def lighthouse() -> None:
    """Run Lighthouse (mobile) on five pages, where it can be installed."""
    folder = Path(__file__).parent / "node"
    if not (folder / "node_modules" / "lighthouse").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)
    flags = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    with avklart() as server:
        for path in ("/nb/", PAGE, "/nb/abc/", "/nb/tjenester/hjemmesykepleie", "/nb/sok?q=alarm"):
            with tempfile.TemporaryDirectory() as out:
                report = Path(out) / "report.json"
                command = [
                    "npx", "lighthouse", f"http://127.0.0.1:{server.port}{path}", "--quiet", f"--chrome-flags={flags}",
                    "--no-enable-error-reporting", "--output=json", f"--output-path={report}",
                ]  # fmt: skip
                environ = {"CHROME_PATH": shutil.which("chromium") or "", "PATH": "/usr/bin:/bin:/usr/local/bin"}
                subprocess.run(command, cwd=folder, env={**environ, "HOME": out}, check=True, capture_output=True)
                categories = json.loads(report.read_text("utf-8"))["categories"]
            scores = [round(100 * category["score"]) for category in categories.values() if category["score"]]
            holds = all(score == 100 for score in scores[:4])
            row(f"Lighthouse {path}", "/".join(map(str, scores)), "100/100/100/100", holds=holds)
