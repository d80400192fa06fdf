"""Writing a draft: nothing typed is lost, nobody writes over anybody, and readers see nothing of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.factories.editors import come_in, form_of, press, save, send
from tests.factories.people import Browser
from tests.factories.site import ask, look_now
from webapp.app import Avklart
from webapp.audit.models import EventRow
from webapp.editorial.models import DraftPartRow, DraftRow, SaveRow
from webapp.kernel.permission import Role

FALL = "/redaksjon/sider/felles/oppslag/fall"
TEXT = f"{FALL}/nb"
OURS = "/redaksjon/sider/egen/oppslag/fall/nb"
WORDS = "Ring 113 straks. Bli hos den som har falt."
PAGES = (
    FALL + "/fakta", FALL + "/nn", OURS, "/redaksjon/sider/egen/kommune/fjordvik/fakta",
    "/redaksjon/sider/felles/tjeneste/matlevering/nb", "/redaksjon/sider/felles/oppgave/snomaking/fakta",
    "/redaksjon/sider/felles/hjelpemiddel/gps/en", "/redaksjon/sider/egen/tilbud/parorendeskole-demens/fakta",
    "/redaksjon/sider/egen/moteplass/seniorkafeen/nb", "/redaksjon/sider/felles/side/om/nb",
    "/redaksjon/sider/felles/selvsjekk/osss3/fakta", "/redaksjon/sider/felles/sprak/pl/fakta",
    "/redaksjon/sider/felles/liste/numbers/fakta",
)  # fmt: skip


def drafts(avklart: Avklart) -> list[DraftRow]:
    """Answer the drafts that are stored."""
    with avklart.database.reading() as session:
        return list(session.scalars(select(DraftRow)))


def written(avklart: Avklart) -> DraftPartRow:
    """Answer the one part that is stored."""
    with avklart.database.reading() as session:
        return session.scalars(select(DraftPartRow)).one()


@pytest.mark.parametrize("address", PAGES)
def test_what_nobody_touched_is_no_change_on_any_kind_of_page(avklart: Avklart, editor: Browser, address: str) -> None:
    page = save(editor, address, {})
    assert page.one("[role=status].notice").get_text() == "Ingenting ble endret."
    assert drafts(avklart) == []


def test_a_draft_is_saved_and_stands_there_again_and_readers_see_nothing(avklart: Avklart, editor: Browser) -> None:
    page = save(editor, TEXT, {"f.short": WORDS})
    assert "Lagret. Leserne ser det ikke før det er publisert." in page.text
    assert form_of(editor.get(TEXT))["f.short"] == [WORDS]
    look_now(avklart)
    assert WORDS not in ask(avklart.front, "/nb/abc/fall").text


def test_what_is_not_right_is_kept_as_it_was_written_and_told_beside_its_field(editor: Browser) -> None:
    page = save(editor, TEXT, {"f.short": "", "f.title": "T" * 121})
    assert form_of(page)["f.title"] == ["T" * 121]
    assert page.one("#f-title-error").get_text(strip=True) == "✕Skriv høyst 120 tegn."
    assert page.one("#f-short-error").get_text(strip=True) == "✕Dette må fylles ut."
    assert page.one("#f-title")["aria-describedby"].split()[0] == "f-title-error"  # type: ignore[union-attr]


def test_what_a_check_of_the_files_would_find_is_told_while_it_is_a_draft(editor: Browser) -> None:
    page = save(editor, TEXT, {"f.short": "Det koster 200 kr. Les [mer](entry:finnes-ikke)."})
    assert "«200 kr» er et beløp" in page.text
    assert "Lenken til entry:finnes-ikke fører ikke noe sted" in page.text


def test_the_same_form_sent_twice_is_one_save(avklart: Avklart, editor: Browser) -> None:
    form = form_of(editor.get(TEXT))
    send(editor, TEXT, form, {"f.short": WORDS})
    send(editor, TEXT, form, {"f.short": WORDS})
    assert written(avklart).revision == 1


def test_a_page_saves_itself_and_then_by_its_button_without_meeting_itself(avklart: Avklart, editor: Browser) -> None:
    form = form_of(editor.get(TEXT))
    editor.headers["HX-Request"] = "true"
    fields = {**form, "f.short": "Ring 113.", "handling": "auto"}
    fragment = editor.send(TEXT, **{name: one for name, one in fields.items() if name != "csrf_token"})
    del editor.headers["HX-Request"]
    assert fragment.status_code == 200
    assert 'name="revisjon" value="1"' in fragment.text
    assert "<html" not in fragment.text
    assert "HX-Request" in fragment.headers["Vary"]
    editor.get(TEXT)
    send(editor, TEXT, form, {"f.short": WORDS})
    assert (written(avklart).revision, written(avklart).raw["short"]) == (2, WORDS)


def test_of_two_editors_the_second_sees_both_texts_and_nothing_is_written_over(
    avklart: Avklart, editor: Browser, other: Browser
) -> None:
    mine, theirs = form_of(editor.get(TEXT)), form_of(other.get(TEXT))
    send(other, TEXT, theirs, {"f.short": "Randis svar.", "f.title": "Fall: hva nå"})
    page = send(editor, TEXT, mine, {"f.short": "Rolfs svar.", "f.talk": "Rolfs samtale."}, status=409)
    assert "Randi Redaktør lagret" in page.text
    shown = form_of(page)
    assert shown["f.short"] == ["Rolfs svar."]
    assert "Randis svar." in page.one(".theirs .written").get_text()
    assert shown["f.title"] == ["Fall: hva nå"], "what I had not touched is taken over"
    assert "Tatt med fra den andre, fordi du ikke hadde rørt det: Tittel." in page.text
    assert shown["f.talk"] == ["Rolfs samtale."]
    assert written(avklart).raw["short"] == "Randis svar.", "nothing is written over"
    send(editor, TEXT, shown, {"f.short": "Begges svar."})
    now = written(avklart).raw
    assert (now["short"], now["title"], now["talk"]) == ("Begges svar.", "Fall: hva nå", "Rolfs samtale.")


def test_a_save_by_itself_that_meets_anothers_leaves_the_button_to_meet_it_too(
    avklart: Avklart, editor: Browser, other: Browser
) -> None:
    mine = form_of(editor.get(TEXT))
    save(other, TEXT, {"f.short": "Randis svar."})
    editor.headers["HX-Request"] = "true"
    fields = {**mine, "f.short": "Rolfs svar.", "handling": "auto"}
    fragment = editor.send(TEXT, **{name: one for name, one in fields.items() if name != "csrf_token"})
    del editor.headers["HX-Request"]
    assert fragment.status_code == 409
    assert 'name="revisjon" value="0"' in fragment.text
    editor.get(TEXT)
    send(editor, TEXT, mine, {"f.short": "Rolfs svar."}, status=409)
    assert written(avklart).raw["short"] == "Randis svar."


def test_who_writes_on_a_draft_that_was_published_meanwhile_is_told_and_keeps_what_they_wrote(
    avklart: Avklart, editor: Browser, other: Browser
) -> None:
    where = "/redaksjon/sider/egen/moteplass/seniorkafeen"
    mine = form_of(editor.get(f"{where}/nb"))
    save(other, f"{where}/nb", {"f.when": "onsdager kl. 12"})
    seen = str(other.get(where).one("form[action$=publisering] input[name=seen]")["value"])
    other.post(f"{where}/publisering", seen=seen, when="na")
    look_now(avklart)
    page = send(editor, f"{where}/nb", mine, {"f.when": "fredager kl. 10", "f.cost": "20 minutter"}, status=409)
    assert form_of(page)["f.when"] == ["fredager kl. 10"]
    assert "onsdager kl. 12" in page.one(".theirs .written").get_text()


def test_five_megabytes_pasted_are_shown_again_and_not_stored(avklart: Avklart, editor: Browser) -> None:
    pasted = "ord " * 1_300_000
    form = form_of(editor.get(TEXT))
    sent = {**form, "f.short": pasted, "handling": "lagre", "csrf_token": editor.token()}
    answer = editor.raw(TEXT, "POST", data=sent, headers={"Origin": f"http://{editor.host}"})
    assert answer.status_code == 422
    assert pasted.strip() in answer.text
    assert drafts(avklart) == []


def test_what_is_larger_than_can_be_read_is_refused_with_advice(avklart: Avklart, editor: Browser) -> None:
    editor.get(TEXT)
    answer = editor.send(TEXT, **{"f.short": "o" * 9_000_000})
    assert answer.status_code == 413
    assert "Lim inn mindre om gangen" in answer.text
    assert drafts(avklart) == []


def test_a_form_without_its_revision_changes_nothing(avklart: Avklart, editor: Browser) -> None:
    editor.get(TEXT)
    assert editor.send(TEXT, **{"f.short": WORDS}).status_code == 422
    assert drafts(avklart) == []


def test_what_was_written_when_the_session_ended_stands_there_again_unsent(avklart: Avklart, editor: Browser) -> None:
    from tests.factories.people import PASSWORD  # noqa: PLC0415 -- only here
    from tests.house.everybody import end_session  # noqa: PLC0415

    form = form_of(editor.get(TEXT))
    end_session(editor)
    answer = editor.send(TEXT, **{**form, "f.short": WORDS, "handling": "lagre"})
    assert answer.status_code == 303
    editor.get(str(answer.headers["Location"]))
    page = editor.post("", email="rolf.redaktor@fjordvik.example", password=PASSWORD)
    if page.soup.select_one("#skjema") is None:
        page = editor.get(TEXT)
    assert form_of(page)["f.short"] == [WORDS]
    assert drafts(avklart) == []


def test_a_row_is_added_filled_and_taken_away_without_scripts(editor: Browser) -> None:
    address = FALL + "/fakta"
    page = save(editor, address, {}, handling="ny-rad:f.sources")
    number = int(form_of(page)["f.sources#"][0]) - 1
    page = save(editor, address, {f"f.sources.{number}.name": "Lov om noe"})
    assert form_of(page)[f"f.sources.{number}.name"] == ["Lov om noe"]
    page = save(editor, address, {}, handling=f"opp:f.sources.{number}")
    assert form_of(page)[f"f.sources.{number - 1}.name"] == ["Lov om noe"]
    page = save(editor, address, {}, handling=f"fjern:f.sources.{number - 1}")
    assert int(form_of(page)["f.sources#"][0]) == number


def test_a_page_is_picked_by_its_name_and_taken_away_by_its_box(editor: Browser) -> None:
    address = FALL + "/fakta"
    page = editor.get(address)
    picked = page.soup.select("#sider-aid option")[0]["value"]
    slug = str(picked).rsplit("(", 1)[1].rstrip(")")
    before = form_of(page).get("f.aids", [])
    page = save(editor, address, {"f.aids+": str(picked)})
    assert slug in form_of(page)["f.aids"]
    page = save(editor, address, {"f.aids": before})
    assert form_of(page).get("f.aids", []) == before


def test_earlier_saves_can_be_gone_back_to(avklart: Avklart, editor: Browser) -> None:
    save(editor, TEXT, {"f.short": "Første svar."})
    save(editor, TEXT, {"f.short": "Andre svar."})
    page = editor.get(f"{TEXT}/lagringer")
    assert "Første" in page.text
    assert "Andre" in page.text
    page = editor.post(f"{TEXT}/lagringer", lagring="1")
    assert form_of(page)["f.short"] == ["Første svar."]
    assert written(avklart).revision == 3


def test_only_the_last_saves_are_kept(avklart: Avklart, editor: Browser) -> None:
    form = form_of(editor.get(TEXT))
    for number in range(45):
        send(editor, TEXT, form, {"f.short": f"Svar {number}."})
    with avklart.database.reading() as session:
        kept = sorted(row.revision for row in session.scalars(select(SaveRow)))
    assert kept == list(range(6, 46))


def test_a_draft_is_thrown_away(avklart: Avklart, editor: Browser) -> None:
    save(editor, TEXT, {"f.short": WORDS})
    editor.get(FALL)
    page = editor.post(f"{FALL}/utkast", handling="forkast")
    assert "Utkastet er kastet" in page.text
    assert drafts(avklart) == []


def test_a_municipalitys_own_draft_is_no_others_to_see(avklart: Avklart, editor: Browser) -> None:
    save(editor, OURS, {"f.local": "Hos oss i Fjordvik."})
    dalsbygd = come_in(avklart, Role.EDITOR, municipality="dalsbygd", name="Dag Redaktør")
    assert "Hos oss i Fjordvik." not in dalsbygd.get(OURS).response.text
    assert dalsbygd.raw("/redaksjon/sider/egen/kommune/fjordvik/fakta").status_code == 404
    assert dalsbygd.raw("/redaksjon/sider/egen/moteplass/seniorkafeen/nb").status_code == 404


def test_the_shared_draft_is_seen_by_editors_of_all_without_names_of_others(avklart: Avklart, editor: Browser) -> None:
    save(editor, TEXT, {"f.short": WORDS})
    dalsbygd = come_in(avklart, Role.EDITOR, municipality="dalsbygd", name="Dag Redaktør")
    page = dalsbygd.get(TEXT)
    assert form_of(page)["f.short"] == [WORDS]
    assert "ein redaktør i Fjordvik" in page.text or "en redaktør i Fjordvik" in page.text
    assert "Rolf" not in page.response.text


def test_settings_are_not_an_editors_to_change(avklart: Avklart, editor: Browser) -> None:
    address = "/redaksjon/sider/egen/kommune/fjordvik/fakta"
    page = editor.get(address)
    assert page.one("#f-name").has_attr("disabled")
    assert not page.one("#f-hours-nb").has_attr("disabled")
    save(editor, address, {"f.name": "Hackvik", "f.telephone": "61 00 00 00"})
    raw = written(avklart).raw
    assert (raw["name"], raw["telephone"]) == ("Fjordvik", "61 00 00 00")


def test_who_keeps_settings_changes_them(avklart: Avklart) -> None:
    both = come_in(avklart, Role.EDITOR, Role.ADMINISTRATOR, name="Anne Begge")
    save(both, "/redaksjon/sider/egen/kommune/fjordvik/fakta", {"f.four_eyes": "true"})
    assert written(avklart).raw["four_eyes"] == "true"


def test_who_writes_is_recorded_once_a_draft(avklart: Avklart, editor: Browser, other: Browser) -> None:
    for who, words in ((editor, "A."), (editor, "B."), (other, "C.")):
        save(who, TEXT, {"f.short": words})
    with avklart.database.reading() as session:
        events = session.scalars(select(EventRow).where(EventRow.action == "draft_changed")).all()
    assert [(event.why, event.object_id) for event in events] == [("written", "entry/fall")] * 2


@pytest.mark.parametrize(
    "address",
    ["/redaksjon/sider/felles/oppslag/finnes-ikke/nb", "/redaksjon/sider/felles/kommune/fjordvik/fakta",
     "/redaksjon/sider/egen/liste/words/fakta", "/redaksjon/sider/felles/liste/finnes-ikke/fakta",
     "/redaksjon/sider/felles/liste/words/nb", "/redaksjon/sider/felles/oppslag/Fall/nb",
     "/redaksjon/sider/egen/sprak/pl/fakta", "/redaksjon/sider/felles/ukjent/fall/nb"],
)  # fmt: skip
def test_what_is_no_page_is_not_found(editor: Browser, address: str) -> None:
    assert editor.raw(address).status_code == 404


def test_a_text_is_written_beside_the_one_it_translates(editor: Browser) -> None:
    page = editor.get(f"{FALL}/en")
    assert "Har du slått hodet hardt" in page.one("#f-short").find_next(class_="beside").get_text()  # type: ignore[union-attr]
    page = editor.get(f"{FALL}/en?ved=ingen")
    assert page.soup.select(".beside") == []


def test_ones_own_text_is_written_beside_the_shared_one(editor: Browser) -> None:
    page = editor.get(OURS)
    assert "Fellesteksten" in page.text
    assert form_of(page)["f.short"] == [""]
    assert next(str(one["id"]) for one in page.soup.select("#skjema textarea")) == "f-local"


SOUP = (
    '<p class="MsoNormal" style="mso-x:1"><o:p></o:p>Ring <b>113</b> &amp; vent.</p>'
    '<script>fetch("//evil.example")</script>'
    "<!--[if gte mso 9]><xml></xml><![endif]--><style>p{color:red}</style><img src=x onerror=alert(1)>"
)


def test_of_a_soup_of_web_pages_only_the_words_are_kept(avklart: Avklart, editor: Browser) -> None:
    save(editor, TEXT, {"f.short": SOUP})
    kept = written(avklart).raw["short"]
    assert "<" not in kept
    assert "Ring 113 &amp; vent." in kept
    assert "onerror" not in kept
    assert form_of(editor.get(TEXT))["f.short"] == [kept]


def test_a_link_cannot_lead_elsewhere_unseen(avklart: Avklart, editor: Browser) -> None:
    page = "/redaksjon/sider/felles/oppslag/fall"
    save(editor, TEXT, {"f.short": "[Logg inn her](https://evil.example/inn). Ring 113."})
    assert "Logg inn her (evil.example)" in " ".join(editor.get(f"{page}/vis/nb").text.split())
    save(editor, TEXT, {"f.short": "[helsenorge.no](https://evil.example/inn). Ring 113."})
    press(editor, page, "utkast", status=409, handling="send")
    for text in ("![](https://evil.example/spor.gif)", "[x](javascript:alert(1))", "[x](http://evil.example)"):
        save(editor, TEXT, {"f.short": f"{text} Ring 113."})
        press(editor, page, "utkast", status=409, handling="send")
    assert drafts(avklart)[0].state == "draft"
