"""How long coming in takes: a login, and the check of a one-time code, beside one hash and a page of the same site.

The cost of argon2id is chosen so that one hash takes at least 100 ms: the table says what it is on this machine.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from werkzeug.test import Client
from werkzeug.wrappers import Response

from webapp import cli
from webapp.app import Avklart, create_app
from webapp.identity import demo, queries
from webapp.identity.actions import invitations
from webapp.identity.domain.codes import Channel, Purpose
from webapp.identity.domain.passwords import Hasher
from webapp.settings import load

RUNS = 15
HOST = "http://127.0.0.1:8000"


def times(act: Callable[[], object], runs: int = RUNS) -> float:
    """Answer the median of some runs, in milliseconds, after one that does not count."""
    act()
    taken = []
    for _ in range(runs):
        began = perf_counter()
        act()
        taken.append((perf_counter() - began) * 1000)
    return median(taken)


def _login(site: Avklart) -> None:
    browser = Client(site.front, Response)
    form = {"email": "saksbehandler@fjordvik.example", "password": demo.PASSWORD}
    answer = browser.post("/innlogging", base_url=HOST, data=form)
    assert answer.status_code == 303, answer.status_code


def _code_check(site: Avklart, hasher: Hasher) -> Callable[[], None]:
    """Answer an act that checks the one code of a new invitation, from the form to the new session."""

    def ready() -> tuple[Client, str, str]:
        now = datetime.now(UTC)
        with site.database.writing() as session:
            contact = invitations.Contact("nb", "aase@eksempel.example", "+4761359001")
            row = invitations.invite(
                session, municipality="fjordvik", purpose=Purpose.AGREEMENT, subject="bench", contact=contact, at=now
            )
            secret = invitations.new_link(session, row, Channel.EMAIL, at=now)
            code = hasher.hash("135790")
        browser = Client(site.front, Response)
        browser.post(f"/nb/avtale/i/{secret}", base_url=HOST, environ_base={"REMOTE_ADDR": secret[:8]})
        with site.database.writing() as session:
            newest = queries.newest_code(session, "fjordvik", row.id)
            assert newest is not None
            newest.hash = code
        page = browser.get("/nb/avtale/bekreft", base_url=HOST).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        return browser, "135790", token.group(1)

    waiting = [ready() for _ in range(RUNS + 1)]

    def check() -> None:
        browser, code, token = waiting.pop()
        answer = browser.post("/nb/avtale/bekreft", base_url=HOST, data={"code": code, "csrf_token": token})
        assert answer.status_code == 303, answer.status_code

    return check


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="avklart-bench-") as folder:
        settings = load({"AVKLART_DATA": folder, "AVKLART_CONTENT": str(Path(__file__).parent.parent / "content")})
        cli.prepare(settings)
        site, hasher = create_app(settings), Hasher()
        stored = hasher.hash(demo.PASSWORD)
        visitor = Client(site.front, Response)
        rows = {
            "one argon2id hash (64 MiB, 3 rounds)": times(lambda: hasher.fits(demo.PASSWORD, stored)),
            "login with a password": times(lambda: _login(site)),
            "check of a one-time code": times(_code_check(site, hasher)),
            "the login page": times(lambda: visitor.get("/innlogging", base_url=HOST)),
        }
        site.database.close()
    hash_ms = rows["one argon2id hash (64 MiB, 3 rounds)"]
    print("\ncoming in, in one process              median ms   hashes")
    for name, taken in rows.items():
        print(f"{name:<38}{taken:>10.1f}{taken / hash_ms:>9.2f}")


if __name__ == "__main__":
    main()
