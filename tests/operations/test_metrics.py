"""`/metrics`: what is counted, summed over processes, and closed to everybody but the operator."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import NOON
from tests.factories import outbox
from tests.factories.people import QUICK
from tests.factories.site import ask
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.operations import jobs
from webapp.settings import Settings
from webapp.storage import marks
from webapp.web.measuring import CELLS, FOLDER, Meter, living, measured

HERE = "127.0.0.1"
Site = Callable[..., Avklart]


def numbers(site: Avklart) -> dict[str, float]:
    """Answer what `/metrics` says, by name and labels."""
    answer = ask(site.front, "/metrics", address=HERE)
    assert answer.status == 200
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_are_counted_by_class_and_status(avklart: Avklart) -> None:
    for path, times in (("/nb/abc/fall", 3), ("/nb/finnes-ikke", 1), ("/healthz", 2)):
        for _ in range(times):
            ask(avklart.front, path)
    found = numbers(avklart)
    assert found['avklart_requests_total{class="public",status="200"}'] == 1
    assert found['avklart_requests_total{class="kept",status="200"}'] == 2
    assert found['avklart_requests_total{class="other",status="404"}'] == 1
    assert found['avklart_requests_total{class="operator",status="200"}'] == 2
    assert found['avklart_request_seconds_count{class="public"}'] == 1
    assert found['avklart_request_seconds_bucket{class="public",le="+Inf"}'] == 1
    assert found['avklart_request_seconds_sum{class="public"}'] > 0


def test_a_histogram_never_falls_from_bound_to_bound(tmp_path: Path) -> None:
    meter = Meter(tmp_path)
    for seconds in (0.001, 0.03, 0.03, 7.0, 60.0):
        meter.count("private", 303, seconds)
    ((kind, buckets, total),) = measured(tmp_path).durations()
    assert (kind, buckets[0], buckets[3], buckets[-2], buckets[-1]) == ("private", 1, 3, 4, 5)
    assert buckets == sorted(buckets)
    assert total == pytest.approx(67.061)


def test_every_form_of_the_text_is_one_that_prometheus_reads(avklart: Avklart) -> None:
    answer = ask(avklart.front, "/metrics", address=HERE)
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    told = set()
    for line in answer.text.splitlines():
        if match := re.fullmatch(r"# (?:HELP|TYPE) (\w+) .+", line):
            told.add(match[1])
        else:
            match = re.fullmatch(r'(\w+)(?:\{\w+="[^"]*"(?:,\w+="[^"]*")*\})? -?\d+(?:\.\d+)?', line)
            assert match, line
            assert re.sub("_(bucket|sum|count)$", "", match[1]) in told


def test_the_database_tells_of_outbox_sessions_workers_and_upkeep(avklart: Avklart, clock: FixedClock) -> None:
    outbox.put(avklart.database, at=NOON - timedelta(minutes=20))
    outbox.park(avklart.database)
    jobs.beat(avklart.database, clock)
    with avklart.database.writing() as session:
        marks.put(session, marks.BACKUP, NOON - timedelta(hours=2))
        marks.put(session, marks.AUDIT, NOON - timedelta(hours=1), is_good=False)
        for name in ("delete old referrals", "delete old agreements", "delete old events"):
            marks.put(session, f"{marks.JOB}{name}", NOON - timedelta(hours=3))
    found = numbers(avklart)
    expected = {
        "avklart_outbox_queued": 1, "avklart_outbox_parked": 1, "avklart_outbox_oldest_seconds": 1200,
        "avklart_workers": 1, "avklart_worker_seen_seconds": 0, "avklart_backup_age_seconds": 7200,
        "avklart_audit_verify_age_seconds": 3600, "avklart_audit_whole": 0, "avklart_retention_age_seconds": 10800,
        "avklart_jobs_failed": 0, "avklart_database_up": 1,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.7", {}),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.7"}),
        ("127.0.0.1", {"X-Real-IP": "203.0.113.7"}),
        ("", {}),
        ("203.0.113.7", {"Authorization": "Bearer "}),
        ("203.0.113.7", {"Authorization": "Bearer guessed"}),
    ],
)
def test_whoever_asks_from_outside_is_refused(avklart: Avklart, address: str, headers: dict[str, str]) -> None:
    answer = ask(avklart.front, "/metrics", address=address, headers=headers)
    assert answer.status == 403
    assert "avklart_" not in answer.text


def test_the_token_opens_it_from_elsewhere(site_settings: Settings, make_site: Site, clock: FixedClock) -> None:
    token = b"t" * 20 + b"a token of 40 signs."
    site = make_site(replace(site_settings, metrics_token=token), clock=clock, hasher=QUICK)
    headers = {"Authorization": f"Bearer {token.decode()}"}
    assert ask(site.front, "/metrics", address="203.0.113.7", headers=headers).status == 200
    wrong = {"Authorization": f"Bearer {token.decode()}x"}
    assert ask(site.front, "/metrics", address="203.0.113.7", headers=wrong).status == 403
    site.database.close()


def test_it_answers_while_the_database_is_away(avklart: Avklart, site_settings: Settings) -> None:
    ask(avklart.front, "/nb/abc/fall")
    avklart.database.close()
    path = site_settings.data / "avklart.db"
    path.rename(path.with_name("away.db"))
    path.mkdir()
    found = numbers(avklart)
    assert found["avklart_database_up"] == 0
    assert found['avklart_requests_total{class="public",status="200"}'] == 1


COUNTS = """
import os, sys
from pathlib import Path
from webapp.web.measuring import Meter
meter = Meter(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    meter.count("public", 200, 0.001)
print("counted", flush=True)
sys.stdin.read()
os._exit(9)  # as one that is killed
"""


def test_what_several_processes_counted_is_summed_and_stays_when_they_are_killed(tmp_path: Path) -> None:
    ours = Meter(tmp_path)
    ours.count("public", 200, 0.001)
    others = [
        subprocess.Popen(
            [sys.executable, "-c", COUNTS, str(tmp_path), str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for number in (10, 100)
    ]
    for other in others:
        assert other.stdout is not None
        assert other.stdout.readline() == b"counted\n"
    assert (living(tmp_path), list(measured(tmp_path).requests())) == (3, [("public", 200, 111)])
    for other in others:
        other.communicate(b"")
    assert (living(tmp_path), list(measured(tmp_path).requests())) == (1, [("public", 200, 111)])
    (left,) = (tmp_path / FOLDER).glob("*-*")
    assert left.name.startswith(f"{os.getpid()}-")


def test_a_counter_file_that_is_broken_counts_nothing_and_stops_nobody(tmp_path: Path) -> None:
    meter = Meter(tmp_path)
    meter.count("kept", 304)
    (tmp_path / FOLDER / "ended").write_bytes(b"x" * 11)
    assert list(measured(tmp_path).requests()) == [("kept", 304, 1)]
    assert len(measured(tmp_path).cells) == CELLS


def test_without_a_data_folder_a_process_counts_for_itself(tmp_path: Path) -> None:
    meter = Meter(tmp_path / "nowhere")
    meter.count("kept", 200)
    assert not (tmp_path / "nowhere").exists()
