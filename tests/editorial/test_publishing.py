"""Sent, approved, published: two pairs of eyes where they are due, and readers see it at once, in every process."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.conftest import CONTENT, NOON
from tests.factories import agreements
from tests.factories.content import contents
from tests.factories.editors import come_in, form_of, press, save
from tests.factories.people import Browser
from tests.factories.site import DALSBYGD, ask, look_now, publish_change
from webapp.app import Avklart
from webapp.audit.models import EventRow
from webapp.content import files, queries
from webapp.content.actions import import_parts
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.editorial.jobs import publish_due
from webapp.editorial.models import DraftRow, RevisionRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Role

FALL = "/redaksjon/sider/felles/oppslag/fall"
CAFE = "/redaksjon/sider/egen/moteplass/seniorkafeen"
SNOW = "/redaksjon/sider/egen/oppgave/snomaking"
WORDS = "Ring 113 straks. Bli hos den som har falt."
WHEN = "onsdager kl. 12"


def begin(editor: Browser, address: str = FALL, part: str = "nb", **changes: str) -> None:
    """Begin a draft."""
    save(editor, f"{address}/{part}", {f"f.{name}": text for name, text in (changes or {"short": WORDS}).items()})


def read(avklart: Avklart, path: str, host: str = "127.0.0.1:8000") -> str:
    """Answer a public page as a reader gets it now."""
    look_now(avklart)
    return ask(avklart.front, path, host=host).text


def test_a_shared_text_is_sent_approved_and_published_and_all_municipalities_see_it(
    avklart: Avklart, editor: Browser, reviewer: Browser
) -> None:
    begin(editor)
    assert press(editor, FALL, "utkast", handling="send").one("[role=status].notice").get_text().startswith("Sendt.")
    assert "Venter på at du godkjenner" in reviewer.get("/redaksjon/").text
    assert "Godkjent." in press(reviewer, FALL, "godkjenning", handling="godkjenn").text
    assert "Publisert." in press(editor, FALL, "publisering", when="na").text
    assert WORDS in read(avklart, "/nb/abc/fall")
    assert WORDS in read(avklart, "/nb/abc/fall", DALSBYGD)
    with avklart.database.reading() as session:
        assert session.scalars(select(DraftRow)).all() == []
        kept = session.scalars(select(RevisionRow).order_by(RevisionRow.number)).all()
        why = session.scalars(select(EventRow.why).where(EventRow.object_kind == "content")).all()
    assert [row.number for row in kept] == [1, 2]
    assert [bool(row.by) for row in kept] == [False, True]
    assert kept[1].approved_by.startswith("fjordvik/")
    assert why == ["written", "sent", "approved", "published"]


def test_what_is_only_ones_own_is_published_by_one(avklart: Avklart, editor: Browser) -> None:
    begin(editor, CAFE, when=WHEN)
    page = editor.get(CAFE)
    assert page.soup.find("button", string="Send til godkjenning") is None
    press(editor, CAFE, "publisering", when="na")
    assert WHEN in read(avklart, "/nb/moteplasser")


@pytest.mark.parametrize(
    ("address", "part", "changes"),
    [(FALL, "nb", {"short": WORDS}), (SNOW, "fakta", {"stance": "sometimes"}),
     ("/redaksjon/sider/egen/tjeneste/matlevering", "nb", {"criteria": "Du kan ikke lage mat selv."}),
     ("/redaksjon/sider/egen/tjeneste/matlevering", "nb", {"does_not": "Vi handler ikke."})],
)  # fmt: skip
def test_what_two_must_look_at_is_not_published_by_one(
    avklart: Avklart, editor: Browser, address: str, part: str, changes: dict[str, str]
) -> None:
    begin(editor, address, part, **changes)
    page = editor.get(address)
    assert "En annen må godkjenne det:" in page.text
    assert page.soup.select("form[action$=publisering]") == []
    assert press(editor, address, "publisering", status=409, when="na").status == 409
    with avklart.database.reading() as session:
        assert session.scalars(select(RevisionRow)).all() == []


def test_where_the_municipality_wants_it_everything_is_looked_at_by_two(
    avklart: Avklart, editor: Browser, real_content: Reading
) -> None:
    facts = PageKey("fjordvik", "municipality", "fjordvik", "common")
    publish_change(avklart.database, real_content, facts, four_eyes=True)
    look_now(avklart)
    begin(editor, CAFE, when=WHEN)
    assert "Kommunen vil at to skal se på alt." in editor.get(CAFE).text
    press(editor, CAFE, "publisering", status=409, when="na")


def test_nobody_approves_what_they_have_written_themselves(avklart: Avklart, editor: Browser) -> None:
    both = come_in(avklart, Role.EDITOR, Role.REVIEWER, name="Anne Begge")
    begin(both)
    begin(editor, talk="Hvem kan du ringe?")
    press(both, FALL, "utkast", handling="send")
    page = both.get(FALL)
    assert page.soup.find("button", string="Godkjenn") is None
    page = press(both, FALL, "godkjenning", status=403, handling="godkjenn")
    assert "Du har selv skrevet noe av dette." in page.text
    assert press(editor, FALL, "godkjenning", status=403, handling="godkjenn").status == 403, "an editor never approves"


def test_who_approves_approves_what_they_saw(editor: Browser, reviewer: Browser) -> None:
    begin(editor)
    press(editor, FALL, "utkast", handling="send")
    seen = str(reviewer.get(FALL).one("form[action$=godkjenning].press input[name=seen]")["value"])
    begin(editor, short="Noe helt annet.")
    press(editor, FALL, "utkast", handling="send")
    page = reviewer.post(f"{FALL}/godkjenning", status=409, seen=seen, handling="godkjenn")
    assert "Utkastet er endret siden du åpnet denne siden." in page.text
    assert "annet" in page.one(".changes").get_text()


def test_what_is_written_after_approval_has_to_be_approved_again(editor: Browser, reviewer: Browser) -> None:
    begin(editor)
    press(editor, FALL, "utkast", handling="send")
    press(reviewer, FALL, "godkjenning", handling="godkjenn")
    begin(editor, short="Etterpå.")
    press(editor, FALL, "publisering", status=409, when="na")


def test_it_is_sent_back_with_a_word_and_stands_in_the_work_list(editor: Browser, reviewer: Browser) -> None:
    begin(editor)
    press(editor, FALL, "utkast", handling="send")
    page = press(reviewer, FALL, "godkjenning", status=422, comment="")
    assert "Skriv hva som bør endres." in page.text
    press(reviewer, FALL, "godkjenning", comment="Nevn legevakten.")
    assert "Nevn legevakten." in editor.get(FALL).text
    page = editor.get("/redaksjon/")
    assert "Sendt tilbake til deg" in page.text
    assert "Nevn legevakten." in page.text


@pytest.mark.parametrize("handling", ["godkjenning", "publisering", "utkast"])
def test_pressing_twice_harms_nothing(editor: Browser, reviewer: Browser, handling: str) -> None:
    begin(editor)
    first = {"utkast": {"handling": "send"}, "godkjenning": {"handling": "godkjenn"}, "publisering": {"when": "na"}}
    steps = [("utkast", editor), ("godkjenning", reviewer), ("publisering", editor)]
    for where, who in steps:
        page = press(who, FALL, where, **first[where])
        if where == handling:
            seen = page.soup.select_one("input[name=seen]")
            again = who.post(f"{FALL}/{where}", status=200 if where == "publisering" else 409,
                             seen=str(seen["value"]) if seen else "1", **first[where])  # fmt: skip
            assert "ingenting ble gjort" in again.text.lower()
            return


def test_a_time_that_has_passed_is_refused_and_what_was_chosen_stays(editor: Browser) -> None:
    begin(editor, CAFE, when=WHEN)
    page = press(editor, CAFE, "publisering", status=422, when="senere", day="2026-11-22", clock="12:59")
    assert "Tidspunktet har passert." in page.text
    assert page.one("#day")["value"] == "2026-11-22"
    for fields in (
        {"day": "", "clock": ""},
        {"day": "i morgen", "clock": "08.00"},
        {"day": "2026-12-01", "clock": "x"},
    ):
        assert press(editor, CAFE, "publisering", status=422, when="senere", **fields).status == 422
    page = press(editor, CAFE, "publisering", status=422, when="na", counts_from="2026-11-01")
    assert "kan ikke gjelde fra før den er publisert" in page.text


def test_it_is_published_at_its_time_by_the_worker_and_not_before(
    avklart: Avklart, editor: Browser, clock: FixedClock
) -> None:
    begin(editor, CAFE, when=WHEN)
    page = press(editor, CAFE, "publisering", when="senere", day="2026-11-23", clock="08:00")
    assert "Blir publisert 23. november 2026 kl. 08.00" in page.text.replace("\u00a0", " ")
    assert publish_due(avklart.database, clock) == 0
    clock.time = NOON + timedelta(days=1)
    assert publish_due(avklart.database, clock) == 1
    assert publish_due(avklart.database, clock) == 0
    assert WHEN in read(avklart, "/nb/moteplasser")
    with avklart.database.reading() as session:
        assert session.scalars(select(EventRow.why).order_by(EventRow.sequence.desc())).first() == "published"


def test_a_publication_at_a_time_can_be_thought_better_of(avklart: Avklart, editor: Browser, clock: FixedClock) -> None:
    begin(editor, CAFE, when=WHEN)
    press(editor, CAFE, "publisering", when="senere", day="2026-11-23", clock="08:00")
    press(editor, CAFE, "publisering", handling="avbryt")
    clock.time = NOON + timedelta(days=1)
    assert publish_due(avklart.database, clock) == 0
    clock.time = NOON
    assert form_of(editor.get(f"{CAFE}/nb"))["f.when"] == [WHEN]


def test_what_cannot_be_published_at_its_time_comes_back_and_is_told(
    avklart: Avklart, editor: Browser, clock: FixedClock, real_content: Reading
) -> None:
    begin(editor, CAFE, when=WHEN)
    press(editor, CAFE, "publisering", when="senere", day="2026-11-23", clock="08:00")
    key = PageKey("fjordvik", "place", "seniorkafeen", "nb")
    publish_change(avklart.database, real_content, key, when="aldri")
    look_now(avklart)
    clock.time = NOON + timedelta(days=1)
    assert publish_due(avklart.database, clock) == 0
    clock.time = NOON
    page = editor.get("/redaksjon/")
    assert "Ikke publisert til avtalt tid" in page.text
    assert "noen har publisert en annen tekst siden du begynte" in editor.get(CAFE).text


def test_how_many_agreements_lean_on_it_is_seen_and_kept(avklart: Avklart, editor: Browser) -> None:
    with avklart.database.writing() as session:
        family = agreements.settling(session, "fjordvik")
        row = family.row(session)
        row.version, row.is_with_municipality = 1, True
    begin(editor, SNOW, "nb", tip="Spør naboen.")
    page = editor.get(SNOW)
    assert "1 avtale som gjelder, bygger på dette." in page.text
    press(editor, SNOW, "publisering", when="na", counts_from="2027-01-01")
    with avklart.database.reading() as session:
        newest = session.scalars(select(RevisionRow).order_by(RevisionRow.id.desc())).first()
    assert newest is not None
    assert (newest.leaning, newest.counts_from) == (1, date(2027, 1, 1))


def test_an_earlier_text_is_taken_back_word_by_word(avklart: Avklart, editor: Browser) -> None:
    before = read(avklart, "/nb/moteplasser")
    begin(editor, CAFE, when=WHEN)
    press(editor, CAFE, "publisering", when="na")
    page = editor.get(f"{CAFE}/historikk/nb/1")
    assert [one.get_text(strip=True) for one in page.soup.select(".difference ins")] != []
    editor.post(f"{CAFE}/historikk/nb/1")
    press(editor, CAFE, "publisering", when="na")
    assert read(avklart, "/nb/moteplasser") == before
    assert "utgave 3" in editor.get(f"{CAFE}/historikk").text


def test_after_editing_the_files_are_the_same_bytes_but_for_what_was_edited(
    avklart: Avklart, editor: Browser, tmp_path_factory: pytest.TempPathFactory, real_content: Reading
) -> None:
    begin(editor, CAFE, when=WHEN)
    press(editor, CAFE, "publisering", when="na")
    folder = tmp_path_factory.mktemp("export")
    with avklart.database.reading() as session:
        list(files.write_tree(queries.all_parts(session), folder))
    before, after = contents(CONTENT), contents(folder)
    differ = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert differ == {"municipalities/fjordvik/places/seniorkafeen/nb.md"}
    again = files.read_tree(folder)
    assert again.faults == []
    with avklart.database.writing() as session:
        done = import_parts(session, real_content.parts, fingerprint="again", at=NOON)
    assert (done.touched, done.conflicts) == ([], []), "an import writes nothing over"
    assert WHEN in read(avklart, "/nb/moteplasser")


def test_ones_own_text_that_is_emptied_gives_way_to_the_shared_one_and_stays_away(
    avklart: Avklart, editor: Browser, real_content: Reading
) -> None:
    address = "/redaksjon/sider/egen/oppslag/sklisikring-og-sno"
    own = form_of(editor.get(f"{address}/nb"))
    changes = {name: "" for name in own if name.startswith("f.") and "#" not in name}
    save(editor, f"{address}/nb", changes)
    press(editor, address, "publisering", when="na")
    assert str(own["f.local"][0])[:20] not in read(avklart, "/nb/abc/sklisikring-og-sno")
    with avklart.database.writing() as session:
        done = import_parts(session, real_content.parts, fingerprint="again", at=NOON)
    assert done.touched == []


def test_a_new_page_is_begun_written_and_published(avklart: Avklart, editor: Browser) -> None:
    editor.get("/redaksjon/ny")
    page = editor.post("/redaksjon/ny", sort="moteplass", title="Sykkelklubben", slug="", whose="egen")
    assert form_of(page)["f.title"] == ["Sykkelklubben"]
    where = "/redaksjon/sider/egen/moteplass/sykkelklubben"
    assert "Dette må fylles ut." in editor.get(where).text
    save(editor, f"{where}/nb", {
        "f.place": "Torget", "f.when": "mandager", "f.cost": "gratis", "f.transport": "gå",
        "f.short": "Vi sykler sammen.",
    })  # fmt: skip
    save(editor, f"{where}/fakta", {"f.telephone": "61 35 90 00"})
    press(editor, where, "publisering", when="na")
    assert "Vi sykler sammen." in read(avklart, "/nb/moteplasser")


def test_an_address_that_is_taken_is_refused_and_what_was_written_stays(editor: Browser) -> None:
    editor.get("/redaksjon/ny")
    page = editor.post("/redaksjon/ny", status=422, sort="oppslag", title="Å falle", slug="fall", whose="felles")
    assert "Det finnes allerede en side med denne adressen." in page.text
    assert page.one("#title")["value"] == "Å falle"
    for fields in ({"title": "", "whose": "egen"}, {"title": "x", "whose": ""}, {"title": "???", "whose": "egen"}):
        assert editor.post("/redaksjon/ny", status=422, sort="oppslag", slug="", **fields).status == 422


def test_a_page_is_marked_as_gone_through_in_a_draft(avklart: Avklart, editor: Browser) -> None:
    address = "/redaksjon/sider/egen/oppslag/fall"
    editor.get(address)
    editor.post(f"{address}/utkast", handling="gjennomgatt")
    assert form_of(editor.get(f"{address}/fakta"))["f.review_by"] == ["2027-11-22"]
    press(editor, address, "publisering", when="na")
    with avklart.database.reading() as session:
        parts = queries.parts_of(session, "entry", "fall", "fjordvik")
    own = parts[PageKey("fjordvik", "entry", "fall", "common")].fields
    assert own == {"reviewed": "2026-11-22", "review_by": "2027-11-22"}


def test_a_translation_that_still_holds_is_said_to_and_leaves_the_list(avklart: Avklart, editor: Browser) -> None:
    begin(editor, CAFE, "nb", when=WHEN)
    press(editor, CAFE, "publisering", when="na")
    english = {"title": "Café", "place": "Square", "when": "Wednesdays", "cost": "free", "transport": "walk"}
    begin(editor, CAFE, "en", **english, short="Coffee.")
    press(editor, CAFE, "publisering", when="na")
    begin(editor, CAFE, "nb", when="torsdager")
    press(editor, CAFE, "publisering", when="na")
    look_now(avklart)
    assert "Eldre enn teksten på bokmål" in editor.get(CAFE).text
    editor.post(f"{CAFE}/utkast", handling="stemmer:en")
    assert "Eldre enn teksten på bokmål" not in editor.get(CAFE).text


def test_a_change_to_come_is_told_on_the_page_before_its_day_with_what_holds_until_then(
    avklart: Avklart, editor: Browser, reviewer: Browser, clock: FixedClock
) -> None:
    begin(editor, SNOW, "fakta", stance="sometimes")
    press(editor, SNOW, "utkast", handling="send")
    press(reviewer, SNOW, "godkjenning", handling="godkjenn")
    later = (NOON + timedelta(days=10)).date().isoformat()
    press(editor, SNOW, "publisering", when="na", counts_from=later)
    page = read(avklart, "/nb/hvem-gjor-hva/snomaking")
    assert "Endres fra 2. desember 2026." in page
    assert "Fram til da:" in page
    assert "Vanligvis ikke" in page
    clock.time = NOON + timedelta(days=10)
    assert "Gjelder fra 2. desember 2026" in read(avklart, "/nb/hvem-gjor-hva/snomaking")


def test_from_when_a_services_criteria_count_is_told(avklart: Avklart, editor: Browser, reviewer: Browser) -> None:
    food = "/redaksjon/sider/egen/tjeneste/matlevering"
    begin(editor, food, criteria="Du kan ikke lage mat selv.")
    press(editor, food, "utkast", handling="send")
    press(reviewer, food, "godkjenning", handling="godkjenn")
    press(editor, food, "publisering", when="na")
    assert "Gjelder fra 22. november 2026" in read(avklart, "/nb/tjenester/matlevering")
    assert "Gjelder fra" not in read(avklart, "/nb/tjenester/matlevering", DALSBYGD)


def test_what_was_approved_stays_approved_when_its_time_is_thought_better_of(
    editor: Browser, reviewer: Browser
) -> None:
    begin(editor)
    press(editor, FALL, "utkast", handling="send")
    press(reviewer, FALL, "godkjenning", handling="godkjenn")
    day = (NOON + timedelta(days=2)).date().isoformat()
    press(editor, FALL, "publisering", when="senere", day=day, clock="08:00")
    page = press(editor, FALL, "publisering", handling="avbryt")
    assert "Godkjent, ikke publisert" in page.text
    begin(editor, short="Ring 113.")
    assert "Godkjent, ikke publisert" not in editor.get(FALL).text
