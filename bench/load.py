"""A region's busiest hour, twenty times over: a realistic mix at a steady rate, how long answers took, what they cost.

Requests are sent when they are due, whether or not the earlier ones are answered, and a time is counted from when it
was due: a server that stands still cannot hide it. What the mix stands on is told in docs/scale.md.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count, cycle
from pathlib import Path
from queue import Queue
from random import Random
from statistics import quantiles
from threading import Event, Lock, Thread, local
from urllib.parse import quote, urlencode

from bench.pages import row
from bench.referrals import postgresql
from bench.server import Server, avklart

PEAK = 8.5
"""Requests a second in the busiest hour of a region of ten municipalities with 150,000 residents."""
TIMES = 20
MIX = {"page": 58, "again": 14, "search": 5, "suggest": 7, "question": 10, "submit": 2, "inbox": 3, "case": 1}
"""Of a hundred: a page, one that the reader has, words searched for, a self-check, a form sent, staff's pages."""
GOAL_MS = 500
CLIENTS = 32
CONNECTIONS = 8
"""So many reach each of two processes, but for one time in 128."""
WORDS = ("fall", "snø", "trygghetsalarm", "mat", "demens", "avlastning", "legetime", "rullator", "ensom", "vedtak")
STAFF = ("saksbehandler@fjordvik.example", "avklart-demo-2026")
_networks = count(1)
_threads = local()


@dataclass
class Measured:
    """What came back: the milliseconds of each kind, and what was no right answer."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


@dataclass
class Visitor:
    """Somebody with cookies of their own, in a network of their own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    path: str = ""
    network: str = field(default_factory=lambda: "10.{}.{}.{}".format(*next(_networks).to_bytes(3, "big")))

    def ask(
        self, path: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str, dict[str, str]]:
        """Ask once over this thread's connection; answer status, page and headers."""
        sent = {"X-Forwarded-For": self.network, "Accept-Encoding": "identity", **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if form is not None:
            body = urlencode(form)
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        connection: HTTPConnection | None = getattr(_threads, "connection", None)
        if connection is None or connection.port != self.port:
            connection = _threads.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST" if form is not None else "GET", path, body, sent)
        answer = connection.getresponse()
        page = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, page, {name.lower(): value for name, value in answer.headers.items()}

    def fill(self, path: str, **fields: str) -> dict[str, str]:
        """Open a form; answer what would be sent."""
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.ask(path)[1])) | fields


class Region:
    """Those who use the site: how one request of each kind is made."""

    def __init__(self, port: int) -> None:
        self.port, self.dice = port, Random(1)
        reader = Visitor(port)
        found = re.findall(r"<loc>http://[^/]+(/[^<]*)</loc>", reader.ask("/sitemap.xml")[1])
        self.pages = [path for path in found if path.startswith("/nb/")]
        self._warm()
        _threads.connection = None  # it was left alone for longer than a server waits
        headers = {path: reader.ask(path)[2] for path in self.pages[:50]}
        self.etags = {path: found["etag"] for path, found in headers.items() if "etag" in found}
        self.words = cycle(WORDS)
        self.questions: Queue[Visitor] = Queue()
        self.staff: Queue[Visitor] = Queue()
        self.cases: list[str] = []
        for _ in range(8):
            one = Visitor(port)
            form = one.fill("/innlogging", email=STAFF[0], password=STAFF[1])
            assert one.ask("/innlogging", form)[0] == 303
            self.cases = re.findall(r'href="(/saker/[0-9a-f]{32})"', one.ask("/saker/")[1])
            self.staff.put(one)

    def _warm(self) -> None:
        """Have each process make each page once: a connection belongs to one of them, so there are many."""
        for _ in range(CONNECTIONS):
            connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
            for path in self.pages:
                connection.request("GET", path, headers={"Accept-Encoding": "identity"})
                connection.getresponse().read()
            connection.close()

    def prepare(self, kind: str) -> Callable[[], str]:
        """Do what comes before a request of a kind, untimed; answer the request, which says what is wrong with it."""
        return getattr(self, f"_{kind}")()  # type: ignore[no-any-return]

    def _get(self, path: str, right: int = 200, headers: dict[str, str] | None = None) -> Callable[[], str]:
        visitor = Visitor(self.port)
        return lambda: _fault(path, visitor.ask(path, headers=headers)[0], right)

    def _page(self) -> Callable[[], str]:
        return self._get(self.dice.choice(self.pages))

    def _again(self) -> Callable[[], str]:
        path = self.dice.choice(list(self.etags))
        return self._get(path, 304, {"If-None-Match": self.etags[path]})

    def _search(self) -> Callable[[], str]:
        return self._get(f"/nb/sok?q={quote(next(self.words))}")

    def _suggest(self) -> Callable[[], str]:
        return self._get(f"/nb/sok/forslag?q={quote(next(self.words)[:3])}", 200, {"HX-Request": "true"})

    def _question(self) -> Callable[[], str]:
        visitor = self.questions.get_nowait() if not self.questions.empty() else Visitor(self.port)
        path = visitor.path or "/nb/selvsjekk/fallfeller/sporsmal/1"
        page = visitor.ask(path)[1]
        form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        choices = re.findall(r'type="radio" id="svar-\d+" name="answer" value="([^"]*)"', page)
        if choices:
            form["answer"] = self.dice.choice(choices)

        def answer() -> str:
            status, _, headers = visitor.ask(path, form)
            visitor.path = headers.get("location", "")
            if "/sporsmal/" in visitor.path:
                self.questions.put(visitor)
            return _fault(path, status, 303)

        return answer

    def _submit(self) -> Callable[[], str]:
        visitor = Visitor(self.port)
        form = visitor.fill("/nb/ring-meg", name="Ola Nordmann", telephone="400 12 345", when="any", interpreter="")
        return lambda: _fault("/nb/ring-meg", visitor.ask("/nb/ring-meg", form)[0], 303)

    def _inbox(self) -> Callable[[], str]:
        return self._staff_page("/saker/?liste=alle")

    def _case(self) -> Callable[[], str]:
        return self._staff_page(self.dice.choice(self.cases))

    def _staff_page(self, path: str) -> Callable[[], str]:
        visitor = self.staff.get()

        def look() -> str:
            try:
                return _fault(path, visitor.ask(path)[0], 200)
            finally:
                self.staff.put(visitor)

        return look


def _fault(path: str, status: int, right: int) -> str:
    return "" if status == right else f"{path}: {status}"


def _work(region: Region, due: Queue[tuple[float, str] | None], measured: Measured) -> None:
    while (one := due.get()) is not None:
        at, kind = one
        before = time.perf_counter()
        try:
            request = region.prepare(kind)
            spent = time.perf_counter() - before  # what came before the request is no part of it
            fault = request()
        except (OSError, HTTPException) as error:
            _threads.connection, spent, fault = None, 0.0, f"{kind}: {type(error).__name__}"
        took = (time.perf_counter() - at - spent) * 1000
        with measured.lock:
            measured.times[kind].append(took)
            if fault:
                measured.wrong.append(fault)


def run(region: Region, *, rate: float, seconds: float, mix: dict[str, int]) -> Measured:
    """Ask at a steady rate for so long; answer what was measured."""
    measured, due = Measured(), Queue[tuple[float, str] | None]()
    threads = [Thread(target=_work, args=(region, due, measured)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        at = began + number / rate
        time.sleep(max(0.0, at - time.perf_counter()))
        due.put((at, region.dice.choices(list(mix), list(mix.values()))[0]))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    return measured


def cpu_seconds(server: Server) -> float:
    """Answer the processor time of the web processes together, in seconds."""
    ticks = 0
    for pid in server.children():
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def _site(name: str) -> Iterator[Server]:
    """Run the site on SQLite or on PostgreSQL, behind one hop, as a proxy in front of it would."""
    with postgresql() if name == "postgresql" else nullcontext("") as url:
        more = {"AVKLART_TRUSTED_HOPS": "1"} | ({"AVKLART_DATABASE_URL": url} if url else {})
        with avklart(more=more) as server:
            yield server


def p95(times: list[float]) -> float:
    """Answer the time that nineteen of twenty stay below."""
    return quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def costs(name: str) -> None:
    """Tell what one request of each kind costs in processor time, asked alone."""
    with _site(name) as server:
        region = Region(server.port)
        for kind in MIX:
            run(region, rate=25, seconds=3, mix={kind: 1})  # each process has compiled what it needs
            before = cpu_seconds(server)
            measured = run(region, rate=25, seconds=8, mix={kind: 1})
            spent = cpu_seconds(server) - before
            number = len(measured.times[kind])
            row(f"{name}: {kind}, processor time with what it needs", f"{spent / number * 1000:.1f} ms", "", holds=True)


@contextmanager
def _watched(server: Server, every: float) -> Iterator[list[float]]:
    """Note the megabytes of the web processes together now and again, as long as the block lasts."""
    found, is_done = [server.resident_megabytes()], Event()

    def look() -> None:
        while not is_done.wait(every):
            found.append(server.resident_megabytes())

    watcher = Thread(target=look)
    watcher.start()
    yield found
    is_done.set()
    watcher.join()


def load(name: str, seconds: float) -> None:
    """Put twenty times the busiest hour's load on the site, and see how it bears it."""
    with _site(name) as server:
        region = Region(server.port)
        run(region, rate=50, seconds=10, mix=MIX)
        spent, began = cpu_seconds(server), time.perf_counter()
        with _watched(server, seconds / 10) as memory:
            measured = run(region, rate=PEAK * TIMES, seconds=seconds, mix=MIX)
        wall = time.perf_counter() - began
        busy = (cpu_seconds(server) - spent) / wall
    every = [one for times in measured.times.values() for one in times]
    print(f"\n  ({name}: {len(every)} requests in {wall:.0f} s, {TIMES} x a region's busiest hour)")
    for kind in MIX:
        times = measured.times[kind] or [0.0]
        row(f"  {kind}: p95", f"{p95(times):.0f} ms", f"< {GOAL_MS} ms", holds=p95(times) < GOAL_MS)
    row("  all: p95", f"{p95(every):.0f} ms", f"< {GOAL_MS} ms", holds=p95(every) < GOAL_MS)
    row("  answers that were not right", str(len(measured.wrong)), "0", holds=not measured.wrong)
    row("  processors kept busy by the web processes", f"{busy:.2f}", "", holds=True)
    row("  memory after each tenth of the time", " ".join(f"{one:.0f}" for one in memory) + " MB", "", holds=True)
    for fault in sorted(set(measured.wrong))[:5]:
        print(f"    {fault}")


def main() -> None:
    """Run as a part of the table, or longer: `python -m bench.load --seconds 1200 postgresql`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("databases", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    for name in given.databases:
        costs(name)
        load(name, given.seconds)


if __name__ == "__main__":
    main()
