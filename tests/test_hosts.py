"""Two hosts with web and worker of their own on one PostgreSQL: for whoever uses them they are one site.

They stand in network namespaces, and reach the database over a cable that can be pulled (security F27 in part).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count, cycle
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, make_url, select

from tests.factories.hosts import NETWORK, Relay, hosts
from tests.factories.processes import CALL, NEW, Server
from tests.factories.site import publish_change, until
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.identity.demo import PASSWORD
from webapp.referrals.actions.sending import KIND, WEBHOOK
from webapp.referrals.models import ReferralRow
from webapp.storage.outbox import ACKNOWLEDGED, SENT
from webapp.storage.outbox_models import MessageRow
from webapp.storage.session import Database

pytestmark = [pytest.mark.postgresql, pytest.mark.xdist_group(__name__)]

HOST = "fjordvik.localhost"
WITHIN = 60.0
_NETWORKS = count(1)


@dataclass
class Region:
    """Two hosts, the database that they share, and the cable to it."""

    servers: list[Server]
    database: Database
    cable: Relay


@dataclass
class Reader:
    """A browser that is led now to one host and now to the other, as a balancer in front of them would do."""

    servers: list[Server]
    cookies: dict[str, str] = field(default_factory=dict)
    network: str = field(default_factory=lambda: f"198.18.{next(_NETWORKS)}.1")

    def __post_init__(self) -> None:
        self.turn = cycle(self.servers)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> requests.Response:
        """Ask the host whose turn it is; keep the cookies that it sets."""
        headers = {"Host": HOST, "Origin": f"http://{HOST}", "X-Forwarded-For": self.network}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        found = requests.request(
            method, next(self.turn).url(path), data=form, headers=headers, timeout=WITHIN, allow_redirects=False,
        )  # fmt: skip
        self.cookies.update({one.name: one.value or "" for one in found.cookies})
        return found

    def fill(self, path: str, **fields: str) -> requests.Response:
        """Open a form at one host, and send it to the other."""
        return self.ask("POST", path, hidden_in(self.ask("GET", path).text) | fields)


def hidden_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory, postgresql_url: str) -> Iterator[Region]:
    """Two hosts that serve, and the database behind them."""
    folder = tmp_path_factory.mktemp("region")
    server = make_url(postgresql_url)
    with hosts(2) as made:
        if not made:
            pytest.skip("no network namespace may be made here")
        own = server.set(database="region")
        template = Database(server.set(database="template1").render_as_string(hide_password=False))
        with template.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"CREATE DATABASE region TEMPLATE {server.database}")
        template.close()
        cable = Relay(Path(str(server.query["host"])) / ".s.PGSQL.5432")
        address = f"postgresql+psycopg://{server.username}@{NETWORK}.1:{cable.plug_in()}/region"
        more = {
            "AVKLART_DATABASE_URL": address, "AVKLART_BASE_URL": f"http://{HOST}",
            "AVKLART_MASTER_KEY_FILE": str(folder / "master"),
        }  # fmt: skip
        servers = []
        for name, at in made:
            (folder / name).mkdir()
            within = ("ip", "netns", "exec", name)
            servers.append(Server(folder / name, 8000, more=more, address=at, within=within))
        database = Database(own.render_as_string(hide_password=False))
        try:
            for one in servers:
                one.start()
                assert until(partial(is_ready, Reader([one])), seconds=WITHIN), (one.data / "log").read_text()
            yield Region(servers, database, cable)
        finally:
            for one in servers:
                one.kill()
            cable.pull()
            database.close()


def is_ready(reader: Reader) -> bool:
    try:
        return reader.ask("GET", "/readyz").ok
    except requests.ConnectionError:
        return False


@pytest.fixture
def reader(region: Region) -> Reader:
    """Somebody who is led from host to host."""
    return Reader(region.servers)


def come_in(reader: Reader) -> None:
    sent = reader.fill("/innlogging", email="saksbehandler@fjordvik.example", password=PASSWORD)
    assert sent.status_code == 303


def test_who_came_in_at_one_host_is_in_at_both_and_out_of_both(reader: Reader) -> None:
    come_in(reader)
    pages = [reader.ask("GET", "/saker/") for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert reader.ask("POST", "/logg-ut", hidden_in(pages[0].text)).status_code == 303
    reader.cookies = {"avklart": pages[0].request.headers["Cookie"].removeprefix("avklart=")}
    assert [reader.ask("GET", "/saker/").status_code for _ in range(2)] == [303, 303]


def test_a_form_is_begun_at_one_host_and_sent_at_the_other(reader: Reader) -> None:
    assert reader.fill(NEW, whom="self").status_code == 303
    assert reader.fill(f"{NEW}/om", topics="falls").status_code == 303
    assert reader.fill(f"{NEW}/fortell", words="Kanarifugl", what_matters="").status_code == 303
    assert ["Kanarifugl" in reader.ask("GET", f"{NEW}/fortell").text for _ in range(2)] == [True, True]


def test_tries_are_counted_for_both_hosts_together(reader: Reader) -> None:
    form = {"email": "saksbehandler@fjordvik.example", "password": "feil passord"}
    found = [reader.fill("/innlogging", **form).status_code for _ in range(12)]
    assert found == [422] * 10 + [429] * 2


def shows(reader: Reader, words: str) -> bool:
    return words in reader.ask("GET", "/nb/abc/fall").text


def test_a_publication_is_seen_at_both_hosts(reader: Reader, region: Region, real_content: Reading) -> None:
    def marks() -> set[str]:
        return {reader.ask("GET", "/nb/abc/fall").headers["ETag"] for _ in range(8)}

    before = marks()
    publish_change(region.database, real_content, PageKey(None, "entry", "fall", "nb"), title="Å falle hjemme")
    assert all(until(partial(shows, Reader([server]), "Å falle hjemme")) for server in region.servers)
    assert until(lambda: len(marks()) == 1)
    assert (len(before), before & marks()) == (1, set())


def cases(region: Region) -> int:
    with region.database.reading() as session:
        return session.scalar(select(func.count()).select_from(ReferralRow)) or 0


def call_me(reader: Reader) -> requests.Response:
    return reader.fill(CALL, name="Ola Nordmann", telephone="400 12 345", when="any", interpreter="")


def test_the_workers_of_both_hosts_deliver_every_message_once(reader: Reader, region: Region) -> None:
    before = cases(region)
    assert [call_me(reader).status_code for _ in range(12)] == [303] * 12
    assert cases(region) == before + 12

    def states() -> Counter[str]:
        with region.database.reading() as session:
            return Counter(session.scalars(select(MessageRow.state).where(MessageRow.kind.in_((KIND, WEBHOOK)))))

    assert until(lambda: set(states()) <= {SENT, ACKNOWLEDGED}, seconds=WITHIN), states()
    names = Counter(path.name for server in region.servers for path in (server.data / "out").glob("*/webhook/*.json"))
    assert len(names) >= 12
    assert set(names.values()) == {1}


def test_without_the_database_pages_are_read_and_nothing_sent_is_lost_or_doubled(
    reader: Reader, region: Region
) -> None:
    shown = [reader.ask("GET", CALL).text for _ in range(2)]
    form = hidden_in(shown[0]) | {"name": "Åse", "telephone": "400 12 345", "when": "any", "interpreter": ""}
    before = cases(region)
    region.cable.pull()
    refused = [reader.ask("POST", CALL, form) for _ in range(2)]
    assert [(one.status_code, one.headers.get("Retry-After")) for one in refused] == [(503, "5")] * 2
    assert all("400 12 345" in one.text for one in refused), "what was written lies in the page"
    assert [reader.ask("GET", "/nb/nodnummer").status_code for _ in range(2)] == [200, 200]
    region.cable.plug_in()
    taken = [reader.ask("POST", CALL, form) for _ in range(2)]
    assert [one.status_code for one in taken] == [303, 303]
    assert len({one.headers["Location"] for one in taken}) == 1
    assert cases(region) == before + 1


def test_when_one_host_dies_the_other_goes_on_with_those_who_were_in(region: Region) -> None:
    first, second = region.servers
    reader = Reader([second])
    come_in(reader)
    first.kill()
    assert reader.ask("GET", "/saker/").status_code == 200
    assert call_me(reader).status_code == 303
