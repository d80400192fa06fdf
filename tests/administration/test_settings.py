"""What an administrator decides of the municipality: seen by readers within a second, recorded, and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from tests.administration.conftest import come_in, done, look_anew
from tests.conftest import CONTENT, NOON
from tests.factories.agreements import start
from tests.factories.images import forms
from tests.factories.people import Browser
from tests.factories.referrals import send
from tests.page import Client
from webapp.administration.actions import facts
from webapp.administration.domain.settings import fingerprint
from webapp.app import Avklart, create_app
from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.content import actions as content
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PageKey
from webapp.kernel.caller import Actor
from webapp.kernel.permission import Role
from webapp.settings import load
from webapp.storage import marks
from webapp.storage.counters import CONSENT, add_counts

ROOMS, LANGUAGES, CONTACT, LOOK = "/admin/rom", "/admin/sprak", "/admin/kontakt", "/admin/utseende"
RETENTION, RULES, RECEIVERS, CHANGES = "/admin/oppbevaring", "/admin/regler", "/admin/mottakere", "/admin/endringer"
PAGES = (
    "/admin/", ROOMS, LANGUAGES, CONTACT, f"{CONTACT}/nav", LOOK, RETENTION,
    f"{RETENTION}?referral=1&agreement=1&audit=365", RULES, "/admin/vapen", "/admin/samtykke", "/admin/tekster",
    RECEIVERS, f"{RECEIVERS}/webhook", f"{RECEIVERS}/fhir", f"{RECEIVERS}/archive", CHANGES, "/admin/ansatte",
    "/admin/utboks",
)  # fmt: skip
OWN: dict[str, Any] = {"name": "Fjordvik", "telephone": "61 35 90 00", "email": "post@fjordvik.example",
       "address": "Strandgata 1, 9901 Fjordvik", "hours_nb": "hverdager kl. 8–15", "hours_nn": "kvardagar kl. 8–15",
       "hours_en": "weekdays 8 am to 3 pm", "open_until_nb": "til kl. 15", "open_until_nn": "til kl. 15",
       "open_until_en": "until 3 pm"}  # fmt: skip


def seen(browser: Browser, page: str) -> str:
    """Open a page of settings, and answer what its form has seen."""
    return str(browser.get(page).soup.select("main input[name=sett]")[0]["value"])


def save(browser: Browser, page: str, *, status: int = 200, **fields: Any) -> Any:
    """Open a page of settings and save it filled in."""
    told = seen(browser, page)
    return browser.post(page, status=status, sett=told, **fields)


def now(site: Avklart) -> dict[str, Any]:
    """Answer the facts of Fjordvik as they are published."""
    with site.database.reading() as session:
        return facts.facts_now(session, "fjordvik")


def text_of(browser: Browser, page: str) -> str:
    return str(browser.get(page).one("main").get_text(" ", strip=True))


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_page_speaks_the_language_of_the_account(avklart: Avklart, language: str) -> None:
    browser = come_in(avklart, language=language)
    for page in PAGES:
        assert browser.get(page).one("html")["lang"] == language, page


def test_the_first_page_leads_to_every_other(admin: Browser) -> None:
    links = {str(link["href"]) for link in admin.get("/admin/").soup.select("main a")}
    assert {ROOMS, LANGUAGES, CONTACT, LOOK, RETENTION, RULES, RECEIVERS, CHANGES, "/admin/samtykke", "/admin/tekster",
            "/admin/ansatte", "/admin/utboks", "/admin/innsikt/erfaring"} <= links  # fmt: skip


def test_a_closed_room_begins_nothing_and_what_was_begun_is_reached(anywhere: Avklart) -> None:
    admin, reader = come_in(anywhere), Client(anywhere.front)
    caseworker = come_in(anywhere, Role.CASEWORKER, name="Siri Saksbehandler")
    case = send(anywhere.database, at=NOON - timedelta(hours=1))
    assert reader.get("/nb/ring-meg").status == 200
    told = text_of(admin, ROOMS)
    assert "1 henvendelse er åpen nå, og forblir det." in told
    page = save(admin, ROOMS, rooms=["selfchecks", "agreements"])
    assert "Lagret. Leserne ser det innen et sekund." in page.one("main").get_text()
    look_anew(anywhere)
    closed = reader.get("/nb/ring-meg", status=404)
    assert "61 35 90 00" in closed.one("main").get_text()
    assert "/nb/ring-meg" not in reader.get("/nb/").links().values()
    assert caseworker.raw(f"/saker/{case.id}").status_code == 200
    assert done(anywhere, "setting_changed")[0][1:] == (
        "municipality/fjordvik", {"fields": ["closed"]},
    )  # fmt: skip
    assert now(anywhere)["closed"] == ["referrals"]


def test_agreements_are_closed_and_opened_again_like_the_others(anywhere: Avklart) -> None:
    admin, reader = come_in(anywhere), Client(anywhere.front)
    with anywhere.database.writing() as session:
        start(session)
    assert "1 avtale er i gang, og fortsetter." in text_of(admin, ROOMS)
    frame = save(admin, ROOMS, handling="vis", rooms=["referrals", "selfchecks"]).one("main iframe")["src"]
    assert "/nb/avtale/" not in admin.raw(str(frame)).text
    save(admin, ROOMS, rooms=["referrals", "selfchecks"])
    look_anew(anywhere)
    reader.get("/nb/avtale/", status=404)
    assert now(anywhere)["closed"] == ["agreements"]
    assert done(anywhere, "setting_changed")[0][2] == {"fields": ["closed"]}
    assert "Avtaler om hvem som gjør hva" in text_of(admin, CHANGES)
    save(admin, ROOMS, rooms=["referrals", "selfchecks", "agreements"])
    look_anew(anywhere)
    assert reader.get("/nb/avtale/").status == 200
    assert "closed" not in now(anywhere)


def test_another_process_sees_a_change_at_its_next_look(avklart: Avklart, admin: Browser) -> None:
    other = create_app(load({"AVKLART_DATA": str(avklart.flask.extensions["avklart.settings"].data),
                             "AVKLART_CONTENT": str(CONTENT)}))  # fmt: skip
    reader = Client(other.front)
    assert "61 35 90 00" in reader.get("/nb/").text
    save(admin, CONTACT, **{**OWN, "telephone": "61 35 99 99"})
    look_anew(other)
    assert "61 35 99 99" in reader.get("/nb/").text
    other.database.close()


def test_the_preview_shows_how_the_front_page_would_be_and_publishes_nothing(avklart: Avklart, admin: Browser) -> None:
    page = save(admin, ROOMS, handling="vis", rooms=["selfchecks", "agreements"])
    frame = page.one("main iframe")["src"]
    assert frame == f"{ROOMS}/vis/nb?stengt=referrals"
    assert "/nb/ring-meg" not in admin.raw(str(frame)).text
    assert "/nb/ring-meg" in admin.raw(f"{ROOMS}/vis/nb").text
    assert "closed" not in now(avklart)


def test_languages_are_chosen_and_the_first_one_is_one_of_them(avklart: Avklart, admin: Browser) -> None:
    page = save(admin, LANGUAGES, status=422, languages=["nb", "nn"], first="en")
    assert "Førstespråket må være ett av dem" in page.one(".error-summary").get_text()
    assert page.soup.select("input[name=languages][value=en][checked]") == []
    page = save(admin, LANGUAGES, status=422, first="nb")
    assert "Velg minst ett språk." in page.one(".error-summary").get_text()
    save(admin, LANGUAGES, languages=["nb", "nn"], first="nn")
    assert now(avklart)["languages"] == ["nn", "nb"]
    look_anew(avklart)
    Client(avklart.front).get("/en/", status=404)
    assert "Vertsnavn" in text_of(admin, LANGUAGES)


@pytest.mark.parametrize(("field", "value", "words"), [
    ("name", "", "Skriv navnet."), ("telephone", "ring oss", "Skriv nummeret med tall"),
    ("telephone", "", "Skriv telefonnummeret."), ("email", "post", "Skriv en e-postadresse"),
    ("hours_nb", " ", "Skriv åpningstiden på bokmål."), ("open_until_nb", "x" * 41, "høyst 40"),
    ("address", "x" * 201, "høyst 200"),
])  # fmt: skip
def test_what_is_not_right_is_told_and_nothing_typed_is_lost(
    avklart: Avklart, admin: Browser, field: str, value: str, words: str
) -> None:
    page = save(admin, CONTACT, status=422, **{**OWN, "hours_en": "round the clock", field: value})
    assert words in page.one(".error-summary").get_text()
    assert page.one("#hours_en")["value"] == "round the clock"
    assert page.one(f"#{field}").get("aria-invalid") == "true"
    assert now(avklart)["hours"]["en"] == "weekdays 8 am to 3 pm"


def test_an_office_is_changed_and_a_new_one_is_named(avklart: Avklart, admin: Browser) -> None:
    save(admin, f"{CONTACT}/nav", name_nb="NAV i byen", telephone="61 00 00 01", hours_nb="mandager")
    (nav,) = [one for one in now(avklart)["contacts"] if one["contact"] == "nav"]
    assert nav == {"contact": "nav", "name": {"nb": "NAV i byen"}, "telephone": "61 00 00 01",
                   "hours": {"nb": "mandager"}}  # fmt: skip
    assert admin.raw(f"{CONTACT}/kanari").status_code == 404
    log = text_of(admin, CHANGES)
    assert "NAV i byen" in log
    assert "biblioteket" not in log, "only the office that was changed is shown"


def test_where_two_look_at_every_text_the_contacts_are_changed_in_the_editorial_office(
    avklart: Avklart, admin: Browser
) -> None:
    save(admin, RULES, signing="code", four_eyes="1")
    assert now(avklart)["four_eyes"] is True
    page = admin.get(CONTACT)
    assert page.soup.select("main form") == []
    before = now(avklart)
    admin.get(RULES)
    assert admin.send(CONTACT, sett="x", **{**OWN, "telephone": "61 35 99 99"}).status_code == 303
    assert now(avklart) == before


def test_a_colour_that_cannot_be_read_is_refused_and_said_before(avklart: Avklart, admin: Browser) -> None:
    page = admin.get(f"{LOOK}?accent=%23ffdd00")
    assert "Nei. Velg en mørkere farge." in page.one("#kontrast").get_text()
    page = save(admin, LOOK, status=422, accent="#ffdd00")
    assert "ikke lett nok å lese" in page.one(".error-summary").get_text()
    assert page.one("#accent")["value"] == "#ffdd00"
    for wrong in ("red", "#12345", "#1f5c3a; }", ""):
        save(admin, LOOK, status=422, accent=wrong)
    assert "accent" not in now(avklart)


def test_a_colour_is_shown_on_the_front_page_before_it_is_taken_into_use(avklart: Avklart, admin: Browser) -> None:
    page = admin.get(f"{LOOK}?accent=%231F5C3A")
    frame = str(page.one("iframe")["src"])
    assert frame == f"{LOOK}/vis/nb/1f5c3a"
    shown = admin.raw(frame).text
    assert f"{LOOK}/farger/1f5c3a.css" in shown
    assert "--ds-color-accent-base-default:#1f5c3a" in admin.raw(f"{LOOK}/farger/1f5c3a.css").text
    for wrong in ("ffdd00", "x", "1F5C3A"):
        assert admin.raw(f"{LOOK}/farger/{wrong}.css").status_code == 404
        assert admin.raw(f"{LOOK}/vis/nb/{wrong}").status_code == 404
    save(admin, LOOK, accent="#1F5C3A")
    assert now(avklart)["accent"] == "#1f5c3a"
    look_anew(avklart)
    assert "/tema/" in Client(avklart.front).get("/nb/").response.text
    save(admin, LOOK, handling="vanlige")
    assert "accent" not in now(avklart)


def test_an_image_stands_beside_the_name_until_it_is_gone(avklart: Avklart, admin: Browser) -> None:
    made = forms()
    told = {
        "decorative": True,
        "forms": [{"width": one.width, "height": one.height, "digest": one.digest} for one in made],
    }
    key = PageKey("fjordvik", "image", "vapen", COMMON)
    with avklart.database.writing() as session:
        content.keep_images(session, {one.digest: one.body for one in made})
        content.publish(session, key, told, at=NOON)
    reader, page = Client(avklart.front), "/admin/vapen"
    look_anew(avklart)
    save(admin, page, status=422, image="kanari")
    save(admin, page, image="vapen")
    look_anew(avklart)
    shown = reader.get("/nb/").one(".header__arms")
    assert shown["alt"] == "", "the name stands beside it"
    assert admin.raw(str(shown["src"])).status_code == 200
    with avklart.database.writing() as session:
        content.remove_image(session, key, at=NOON)
    look_anew(avklart)
    assert reader.get("/nb/").soup.select(".header__arms") == []


def test_the_contrast_is_answered_as_a_part_of_the_page(admin: Browser) -> None:
    part = admin.raw(f"{LOOK}?accent=%23ffdd00", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<section class="section" id="kontrast"')
    assert "<html" not in part


def test_what_would_go_is_shown_before_anything_is_saved(anywhere: Avklart) -> None:
    admin, days = come_in(anywhere), {"referral": "10", "agreement": "20", "audit": "400"}
    assert "Lagre disse tallene" not in text_of(admin, RETENTION)
    told = seen(admin, f"{RETENTION}?referral=10&agreement=20&audit=400")
    page = admin.post(RETENTION, sett=told, status=422, **days)
    assert "retention" not in now(anywhere), "what goes has to be looked at first"
    assert "Lagre disse tallene" in page.one("main").get_text()
    admin.post(RETENTION, sett=told, sett_frist="1", **days)
    assert now(anywhere)["retention"] == {"referral": 10, "agreement": 20, "audit": 400}
    assert "retention" in done(anywhere, "setting_changed")[0][2]["fields"]  # type: ignore[operator]


@pytest.mark.parametrize("wrong", ["-1", "x", "3651", "", "1.5", "²", "9" * 30])
def test_days_are_whole_numbers_within_bounds(avklart: Avklart, admin: Browser, wrong: str) -> None:
    page = admin.get(f"{RETENTION}?referral={wrong}&agreement=20&audit=365", status=422)
    assert "Skriv et helt antall dager, fra 0 til 3650." in page.one(".error-summary").get_text()
    assert page.one("#agreement")["value"] == "20"
    admin.get(RETENTION)
    admin.post(RETENTION, status=422, sett="x", sett_frist="1", referral=wrong, agreement="20", audit="365")
    assert "retention" not in now(avklart)


@pytest.mark.parametrize("wrong", ["0", "364", "3651", ""])
def test_the_log_is_kept_for_a_year_at_the_least(avklart: Avklart, admin: Browser, wrong: str) -> None:
    page = admin.get(f"{RETENTION}?referral=10&agreement=20&audit={wrong}", status=422)
    assert "Skriv et helt antall dager, fra 365 til 3650." in page.one(".error-summary").get_text()
    admin.post(RETENTION, status=422, sett="x", sett_frist="1", referral="10", agreement="20", audit=wrong)
    assert "retention" not in now(avklart)


def test_how_much_of_the_log_would_go_is_shown(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        old = NOON - timedelta(days=500)
        record(session, municipality="fjordvik", action=Action.LOOKED, actor="somebody", at=old)
    admin = come_in(avklart)
    assert "Hendelsesloggen, 730 dager" in text_of(admin, RETENTION)
    shown = text_of(admin, f"{RETENTION}?referral=90&agreement=365&audit=365")
    assert "Hendelsesloggen, 365 dager" in shown
    assert "Mer vil bli slettet enn i dag." in shown


def test_two_who_change_the_same_see_both_texts_and_nothing_is_written_over(anywhere: Avklart) -> None:
    kari, ola = come_in(anywhere), come_in(anywhere, name="Ola Dahl")
    told = seen(kari, CONTACT)
    save(ola, CONTACT, **{**OWN, "telephone": "61 11 11 11"})
    page = kari.post(CONTACT, status=409, sett=told, **{**OWN, "telephone": "61 22 22 22"})
    assert "61 11 11 11" in page.one(".error-summary").get_text()
    assert page.one("#telephone")["value"] == "61 22 22 22"
    assert now(anywhere)["telephone"] == "61 11 11 11"
    kari.post(CONTACT, sett=str(page.one("main input[name=sett]")["value"]), **{**OWN, "telephone": "61 22 22 22"})
    assert now(anywhere)["telephone"] == "61 22 22 22"


def test_what_was_seen_is_remembered_through_a_mistake_and_a_preview(avklart: Avklart, admin: Browser) -> None:
    """Otherwise somebody else's change would be written over by whoever corrects a mistake of their own."""
    told = seen(admin, CONTACT)
    colour = seen(admin, LOOK)
    other = come_in(avklart, name="Ola Dahl")
    save(other, CONTACT, **{**OWN, "telephone": "61 11 11 11"})
    save(other, LOOK, accent="#1f5c3a")
    admin.get(CONTACT)
    page = admin.post(CONTACT, status=422, sett=told, **{**OWN, "name": ""})
    admin.post(CONTACT, status=409, sett=str(page.one("main input[name=sett]")["value"]), **OWN)
    page = admin.post(LOOK, sett=colour, handling="vis", accent="#5c1f3a")
    admin.post(LOOK, status=409, sett=str(page.soup.select("main input[name=sett]")[0]["value"]), accent="#5c1f3a")
    assert (now(avklart)["telephone"], now(avklart)["accent"]) == ("61 11 11 11", "#1f5c3a")


def test_who_changes_something_else_meets_nobody(avklart: Avklart, admin: Browser) -> None:
    told = seen(admin, CONTACT)
    save(come_in(avklart, name="Ola Dahl"), LOOK, accent="#1f5c3a")
    admin.post(CONTACT, sett=told, **{**OWN, "telephone": "61 22 22 22"})
    assert now(avklart)["telephone"] == "61 22 22 22"
    assert now(avklart)["accent"] == "#1f5c3a"


def test_what_is_sent_twice_is_one_change(avklart: Avklart, admin: Browser) -> None:
    told = seen(admin, CONTACT)
    fields = {**OWN, "telephone": "61 22 22 22"}
    admin.post(CONTACT, sett=told, **fields)
    admin.post(CONTACT, sett=seen(admin, CONTACT), **fields)
    assert "Ingenting er endret" in admin.page.one("main").get_text()  # type: ignore[union-attr]
    assert len(done(avklart, "setting_changed")) == 1


def test_the_log_says_who_changed_what_from_what_and_it_is_undone_once(anywhere: Avklart) -> None:
    admin = come_in(anywhere)
    save(admin, CONTACT, **{**OWN, "telephone": "61 22 22 22"})
    page = admin.get(CHANGES)
    (line,) = page.soup.select("main .session-list li:has(form)")
    told = line.get_text(" ", strip=True)
    assert "Navn og kontakter" in told
    assert "Kari Nordmann" in told
    assert "før: 61 35 90 00 nå: 61 22 22 22" in told
    undo = str(line.select_one("form")["action"])  # type: ignore[index]
    page = admin.post(undo)
    assert "Nå står det som før." in page.one("main").get_text()
    assert now(anywhere)["telephone"] == "61 35 90 00"
    page = admin.post(undo, status=409)
    assert "Dette er endret igjen etterpå" in page.one(".error-summary").get_text()
    assert len(done(anywhere, "setting_changed")) == 2


def test_the_log_is_filtered_by_kind_and_month(admin: Browser) -> None:
    save(admin, CONTACT, **{**OWN, "telephone": "61 22 22 22"})
    save(admin, LOOK, accent="#1f5c3a")
    assert "#1f5c3a" not in text_of(admin, f"{CHANGES}?slag=contact").split("november 2026 ")[-1]
    assert "61 22 22 22" not in text_of(admin, f"{CHANGES}?slag=look")
    assert "Invitert" in text_of(admin, f"{CHANGES}?slag=staff")
    assert "Ingenting ble endret" in text_of(admin, f"{CHANGES}?maaned=2026-10")
    for odd in ("?maaned=x", "?maaned=2026-13", "?slag=kanari", "?maaned=9999-12"):
        assert admin.raw(f"{CHANGES}{odd}").status_code == 200


def test_what_another_municipality_changed_is_neither_seen_nor_undone(avklart: Avklart, admin: Browser) -> None:
    far = come_in(avklart, municipality="dalsbygd", name="Fjern Dal")
    with avklart.database.writing() as session:
        told = facts.facts_now(session, "dalsbygd")
        by = Actor("dalsbygd", "0" * 32, NOON)
        seen_there = fingerprint(told, ["telephone"])
        facts.change(session, {"telephone": "61 77 77 77"}, seen=seen_there, watched=["telephone"], by=by)
    assert "61 77 77 77" not in text_of(admin, CHANGES)
    assert "61 77 77 77" in text_of(far, CHANGES)
    admin.get(CHANGES)
    admin.get(RULES)
    assert admin.send(f"{CHANGES}/2").status_code == 404


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.EDITOR, Role.REVIEWER])
def test_nobody_else_who_works_here_sees_or_changes_any_of_it(avklart: Avklart, role: Role) -> None:
    other = come_in(avklart, role, name="Annen Ansatt")
    for page in PAGES:
        assert other.raw(page).status_code == 403, page
    assert other.send(CONTACT, sett="x", **OWN).status_code == 403


def test_an_administrator_reads_no_case(avklart: Avklart, admin: Browser) -> None:
    case = send(avklart.database)
    for path in ("/saker/", f"/saker/{case.id}", f"/saker/{case.id}/eksport.pdf", "/saker/avtaler/"):
        assert admin.raw(path).status_code in {403, 404}, path


def test_each_page_asks_the_database_a_bounded_number_of_times(avklart: Avklart, admin: Browser) -> None:
    """However many work here and however much was changed: nothing is asked once a line."""
    for number in range(6):
        save(admin, CONTACT, **{**OWN, "telephone": f"61 22 22 2{number}"})
        come_in(avklart, Role.EDITOR, name=f"Ansatt{number} Nr")
    asked: list[str] = []
    event.listen(avklart.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    for page in PAGES:
        asked.clear()
        assert admin.raw(page).status_code == 200
        selects = [one for one in asked if one.lstrip().upper().startswith("SELECT")]
        assert len(selects) <= 24, f"{page} asks {len(selects)} times"


def test_the_first_page_says_what_needs_somebody(avklart: Avklart, admin: Browser) -> None:
    with avklart.database.writing() as session:
        marks.put(session, f"{marks.JOB}delete old referrals", NOON, is_good=False)
    told = text_of(admin, "/admin/")
    assert "1 konto mangler det andre trinnet." in told
    assert "Den siste slettingen gikk ikke." in told
    assert "Mangler det andre trinnet" in text_of(admin, "/admin/ansatte")


def test_how_many_said_yes_to_which_text_is_counted_and_small_numbers_are_hidden(
    avklart: Avklart, admin: Browser
) -> None:
    for _ in range(3):
        send(avklart.database)
    told = text_of(admin, "/admin/samtykke")
    assert "Versjon 2026-11 · gjelder" in told
    assert "Har sagt ja: 3" not in told
    assert "færre enn 5" in told
    with avklart.database.writing() as session:
        add_counts(session, {("fjordvik", NOON.date(), CONSENT, "referral 2025-01"): 40})
    told = text_of(admin, "/admin/samtykke")
    assert "Versjon 2025-01" in told
