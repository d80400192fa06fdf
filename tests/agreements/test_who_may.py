"""What only the resident does, who was taken out in the middle of it, and two hundred tasks of one person."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from tests.agreements.sitting import joined
from tests.agreements.test_settling_pages import Counting
from tests.factories import agreements as factory
from tests.factories.signing import browser_of, family_of, lock, page_of, sign, signed_by_all
from tests.identity.parties import body, everything
from webapp.agreements import queries
from webapp.agreements.actions.people import NewTask, add_tasks
from webapp.agreements.models import AnswerRow
from webapp.app import Avklart

MOST_PAGE = 512 * 1024
"""So many bytes of HTML is the longest page, before it is packed."""


def test_a_caregiver_who_tries_what_only_the_resident_does_is_refused_alike_everywhere_and_nothing_changes(
    avklart: Avklart,
) -> None:
    family = family_of(avklart)
    kari, aase = (browser_of(avklart, family, one) for one in (family.kari, family.aase))
    kari.get(page_of(family, ""))
    contact = {"channel": "sms", "telephone": "99 00 00 88", "email": "", "address": ""}
    tried: list[tuple[str, dict[str, Any]]] = [
        ("samtykke", {f"{family.kari}-level": "all", "period": "365"}),
        ("samtykke", {"handling": "trekk", "party": family.per}), ("signer/las", {"language": "nb", "review_on": ""}),
        (f"deltakere/ut?hvem={family.per}", {}), (f"deltakere/ut?hvem={family.aase}", {}),
        ("mote", {}), ("mote", {"handling": "lagre"}), ("avslutt", {"handling": "trekk"}),
        ("deltakere/gjor", {"handling": f"kode {family.aase}"}),
        ("deltakere/gjor", {"handling": f"lenke {family.per}"}),
        ("deltakere/ark.pdf", {"handling": family.aase}), (f"deltakere/kontakt?hvem={family.aase}", contact),
        ("signer/kommunen", {"seen": "x"}),
    ]  # fmt: skip
    before = _rows(avklart)
    refused = [kari.send(page_of(family, word), **fields) for word, fields in tried]
    refused += [kari.raw(page_of(family, word)) for word in ("mote", f"deltakere/ut?hvem={family.per}")]
    said = {body(one, *_addresses(one)) for one in refused}
    assert [status for status, _, _ in said] == [403]
    assert _rows(avklart) == before
    aase.get(page_of(family, "mote"))  # who may, may
    signed_by_all(avklart, family)
    over = kari.send(page_of(family, "avslutt"), handling="avslutt")
    assert {body(over, *_addresses(over))} == said


def _addresses(response: TestResponse) -> tuple[str, ...]:
    """Answer what of a page differs by right: its own address, in each language."""
    sent = response.request
    path = f"{sent.path}?{sent.query_string.decode()}".rstrip("?").removeprefix("/nb")
    return f"/nb{path}", f"/nn{path}", f"/en{path}"


def _rows(avklart: Avklart) -> dict[str, list[tuple[Any, ...]]]:
    kept = everything(avklart.database)
    return {name: rows for name, rows in kept.items() if name.startswith(("agreement", "invitation"))}


def test_who_is_taken_out_while_they_answer_is_out_and_what_they_send_is_kept_nowhere(avklart: Avklart) -> None:
    table = joined(avklart)
    family = table.family
    per, aase = table.browser(family.per), table.browser(family.aase)
    per.get(f"{table.base}/svar/1")
    table.send(per, "svar/1", {"task": "handle-mat", "handle-mat-who": "self", "handle-mat-note": "Helst torsdag."})
    per.get(f"{table.base}/svar/1")
    aase.get(f"{table.base}/deltakere/ut?hvem={family.per}")
    aase.post(f"{table.base}/deltakere/ut?hvem={family.per}")
    answer = per.send(f"{table.base}/svar/1", task="handle-mat", **{"handle-mat-note": "Rognebær"})
    assert (answer.status_code, answer.headers["Location"].startswith("/")) == (303, True)
    shown = per.get(f"{table.base}/")
    assert "Bjørnstad" not in shown.text
    assert table.answers(family.per) == {}
    with avklart.database.reading() as session:
        assert not session.query(AnswerRow).count()
    assert "har gått ut" in aase.get(f"{table.base}/historikk").text


def test_two_hundred_tasks_of_one_person_come_through_to_the_paper(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        family = factory.start(session, is_with_municipality=False)
        factory.join_all(session, family)
        own = [NewTask("", "own", title=f"Oppgave {number} {'med mange ord ' * 7}") for number in range(196)]
        add_tasks(session, family.row(session), own, by=family.per)
        keys = [task.key for task in queries.tasks(session, family.row(session))]
        for party in (family.aase, family.kari, family.per):
            factory.answer(session, family, party, {key: {"private"} for key in keys})
    aase = browser_of(avklart, family, family.aase)
    aase.get(page_of(family, "enighet"))
    assert aase.page is not None
    hidden = aase.page.soup.select("form:has(button[value=rest]) input[type=hidden]")
    seen = {str(one["name"]): str(one["value"]) for one in hidden if str(one["name"]).startswith("seen-")}
    assert len(seen) == len(keys)
    with Counting(avklart) as statements:
        assert aase.send(page_of(family, "enighet"), handling="rest", **seen).status_code == 303
    assert sum("FROM agreement_task" in one for one in statements) < 5, "all are looked through once, not once a line"
    lock(avklart, family)
    for party in (family.aase, family.kari, family.per):
        browser = sign(avklart, family, party)
    for word in ("", "sammenligning", "enighet", "signer", "mine-oppgaver", "tilbakeblikk", "endre", "historikk"):
        shown = browser.get(page_of(family, word))
        assert len(shown.response.data) < MOST_PAGE, word
    for word in ("avtale.pdf", "kjoleskap.pdf"):
        assert browser.raw(page_of(family, word)).data.startswith(b"%PDF"), word
