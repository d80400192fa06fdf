"""The pages of self-checks: one question at a time, nothing lost by going back, nothing left when one is done."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from tests.conftest import CONTENT
from tests.factories.people import Browser
from tests.factories.site import FJORDVIK
from tests.page import Client
from tests.selfchecks.checks import checks_in
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.selfchecks.domain.answers import path
from webapp.selfchecks.domain.questionnaire import Advice, read
from webapp.selfchecks.presenters.result import card
from webapp.storage.working_copies import WorkingCopyRow

CHECK = "/nb/selvsjekk/fallfeller"


def copies(avklart: Avklart) -> int:
    with avklart.database.reading() as session:
        return len(session.scalars(select(WorkingCopyRow)).all())


def answer(browser: Browser, number: int, *values: str, check: str = CHECK) -> str:
    """Answer a question, and say where it leads."""
    token = browser.page.soup.select_one("input[name=draft_token]") if browser.page else None
    data = {"answer": list(values), "draft_token": str(token["value"]) if token else ""}
    response = browser.raw(
        f"{check}/sporsmal/{number}", "POST", data=data, headers={"Origin": f"http://{browser.host}"}
    )
    assert response.status_code in {303, 422}, response.text
    if response.status_code == 303:
        browser.get(response.headers["Location"])
        return response.headers["Location"].removeprefix(check)
    return "422"


def answered(browser: Browser, until: int, value: str = "no") -> None:
    browser.get(f"{CHECK}/sporsmal/1")
    for number in range(1, until + 1):
        answer(browser, number, value)


def test_the_list_and_the_introduction_are_public_and_kept(client: Client) -> None:
    for where in ("/nb/selvsjekk/", CHECK, "/nn/selvsjekk/boligen", "/en/selvsjekk/digital-hverdag"):
        page = client.get(where)
        assert page.response.headers["Cache-Control"] == "public, no-cache"
    assert CHECK in client.get("/nb/selvsjekk/").links().values()


@pytest.mark.parametrize(
    "where", ["finnes-ikke", "finnes-ikke/sporsmal/1", "boligen/sporsmal/0", "boligen/sporsmal/99"]
)
def test_what_is_not_there_is_not_found(client: Client, where: str) -> None:
    assert client.get(f"/nb/selvsjekk/{where}", status=404).heading() == "Vi finner ikke den siden"


def test_a_first_question_leaves_nothing_before_it_is_answered(avklart: Avklart, browser: Browser) -> None:
    page = browser.get(f"{CHECK}/sporsmal/1")
    assert "Spørsmål 1 av 12" in page.text
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.response.headers
    assert copies(avklart) == 0


def test_answers_lead_on_and_going_back_shows_them(browser: Browser) -> None:
    browser.get(f"{CHECK}/sporsmal/1")
    assert answer(browser, 1, "yes") == "/sporsmal/2"
    assert answer(browser, 2, "no") == "/sporsmal/3"
    page = browser.get(f"{CHECK}/sporsmal/1")
    assert page.one("input[checked]")["value"] == "yes"
    assert answer(browser, 1, "no") == "/sporsmal/2"


def test_a_question_ahead_leads_back_to_the_first_open_one(browser: Browser) -> None:
    response = browser.raw(f"{CHECK}/sporsmal/7")
    assert (response.status_code, response.headers["Location"]) == (303, f"{CHECK}/sporsmal/1")
    assert browser.raw(f"{CHECK}/resultat").headers["Location"] == f"{CHECK}/sporsmal/1"


def test_an_answer_that_is_none_is_told_and_nothing_is_kept(avklart: Avklart, browser: Browser) -> None:
    browser.get(f"{CHECK}/sporsmal/1")
    assert answer(browser, 1, "kanskje") == "422"
    assert copies(avklart) == 0


def test_a_question_of_thirteen_comes_only_when_it_is_needed(browser: Browser) -> None:
    answered(browser, 11)
    assert answer(browser, 12, "no") == "/resultat"
    browser.get(f"{CHECK}/sporsmal/12")
    assert answer(browser, 12, "yes") == "/sporsmal/13"


def test_a_red_flag_stands_before_everything_else(browser: Browser) -> None:
    answered(browser, 11)
    answer(browser, 12, "yes")
    assert answer(browser, 13, "yes") == "/resultat"
    assert browser.page is not None
    first = browser.page.soup.select("main article > *")[0]
    assert "emergency-box" in str(first["class"])
    assert first.select_one("a[href='tel:113']")


def test_the_result_says_what_it_does_not_say_and_gives_advice(browser: Browser) -> None:
    answered(browser, 12)
    assert browser.page is not None
    assert browser.page.heading() == "Dette sier svarene dine"
    assert "ikke en medisinsk vurdering" in browser.page.text
    paper = browser.raw(f"{CHECK}/resultat.pdf")
    assert (paper.status_code, paper.mimetype, paper.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert paper.headers["Cache-Control"] == "no-store"


def test_the_answers_are_nowhere_in_the_database_and_gone_when_one_is_done(avklart: Avklart, browser: Browser) -> None:
    answered(browser, 12)
    assert copies(avklart) == 1
    assert browser.page is not None
    token = str(browser.page.soup.select("input[name=draft_token]")[0]["value"])
    done = browser.raw(
        f"{CHECK}/slett", "POST", data={"draft_token": token}, headers={"Origin": f"http://{browser.host}"}
    )
    assert done.headers["Location"] == CHECK
    assert "Max-Age=0" in done.headers["Set-Cookie"]
    assert copies(avklart) == 0


def test_a_form_without_its_token_or_from_elsewhere_changes_nothing(browser: Browser) -> None:
    answered(browser, 2)
    here, elsewhere = {"Origin": f"http://{browser.host}"}, {"Origin": "https://ond.example"}
    before = browser.get(f"{CHECK}/sporsmal/1").one("input[checked]")["value"]
    for data, headers, status in (
        ({"answer": "yes"}, {}, 400),
        ({"answer": "yes", "draft_token": "0" * 64}, here, 400),
        ({"answer": "yes"}, elsewhere, 403),
    ):
        assert browser.raw(f"{CHECK}/sporsmal/1", "POST", data=data, headers=headers).status_code == status
    assert browser.get(f"{CHECK}/sporsmal/1").one("input[checked]")["value"] == before


def test_a_form_that_is_older_than_the_copy_is_taken_where_the_browser_says_it_is_ours(browser: Browser) -> None:
    """Two tabs open the first question; the second one's form has no token yet."""
    answered(browser, 2)
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert browser.raw(f"{CHECK}/sporsmal/1", "POST", data={"answer": "yes"}, headers=headers).status_code == 303


def test_words_of_danger_in_a_free_text_show_whom_to_ring_above_the_next_page(browser: Browser) -> None:
    """Nothing is stored of it, and nothing is stopped (domain.md)."""
    check, headers = "/nb/selvsjekk/hva-er-viktig", {"Sec-Fetch-Site": "same-origin"}
    number = 1
    while not (shown := browser.get(f"{check}/sporsmal/{number}")).soup.select("textarea"):
        answers = {"answer": [str(one["value"]) for one in shown.soup.select("main input[name=answer]")[:1]]}
        browser.raw(f"{check}/sporsmal/{number}", "POST", data=answers, headers=headers)
        number += 1
    for text, is_shown in (("Jeg orker ikke leve lenger.", True), ("Å treffe barnebarna.", False)):
        answer = browser.raw(f"{check}/sporsmal/{number}", "POST", data={"answer": text}, headers=headers)
        assert bool(browser.get(answer.headers["Location"]).soup.select(".emergency-box")) == is_shown


def test_leaving_quickly_deletes_everything(avklart: Avklart, browser: Browser) -> None:
    answered(browser, 2)
    assert browser.page is not None
    token = str(browser.page.soup.select("input[name=draft_token]")[0]["value"])
    left = browser.raw(
        "/nb/selvsjekk/forlat", "POST", data={"draft_token": token}, headers={"Origin": f"http://{browser.host}"}
    )
    assert left.headers["Refresh"].endswith("https://www.yr.no/")
    assert "Max-Age=0" in left.headers["Set-Cookie"]
    assert copies(avklart) == 0


def test_a_copy_is_forgotten_after_four_hours_without_use(browser: Browser, clock: FixedClock) -> None:
    answered(browser, 3)
    clock.time += timedelta(hours=3, minutes=59)
    assert browser.get(f"{CHECK}/sporsmal/4").status == 200
    clock.time += timedelta(minutes=1)
    assert browser.raw(f"{CHECK}/sporsmal/4").headers["Location"] == f"{CHECK}/sporsmal/1"


def test_what_is_saved_under_a_link_is_gone_on_with_in_another_browser(avklart: Avklart, browser: Browser) -> None:
    answered(browser, 3)
    assert browser.page is not None
    token = str(browser.page.soup.select("input[name=draft_token]")[0]["value"])
    saved = browser.raw(
        f"{CHECK}/lagre", "POST", data={"draft_token": token}, headers={"Origin": f"http://{browser.host}"}
    )
    link = saved.text.split('class="typed"><a href="http://127.0.0.1:8000')[1].split('"')[0]
    other = Browser(avklart)
    other.get(link)
    gone_on = other.raw(link, "POST", headers={"Origin": f"http://{other.host}"})
    assert other.raw(gone_on.headers["Location"]).headers["Location"] == f"{CHECK}/sporsmal/4"
    assert other.raw(f"/nb/selvsjekk/lagret/{'x' * 43}").status_code == 410


def test_the_language_is_changed_at_the_same_question(browser: Browser) -> None:
    answered(browser, 3)
    page = browser.get(f"/nn{CHECK.removeprefix('/nb')}/sporsmal/3")
    assert page.one("input[checked]")["value"] == "no"
    assert "Spørsmål 3 av 12" in page.text


def test_a_blank_form_is_there_for_paper(client: Client) -> None:
    paper = client.raw(f"{CHECK}/skjema.pdf")
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    assert io.BytesIO(paper.data).read(5) == b"%PDF-"


def test_a_self_check_is_a_questionnaire_for_other_systems(client: Client) -> None:
    found = json.loads(client.raw("/fhir/Questionnaire/fallfeller").text)
    assert (found["resourceType"], found["status"], len(found["item"])) == ("Questionnaire", "active", 14)
    assert found["item"][12]["enableWhen"] == [{"question": "q12", "operator": "=", "answerBoolean": True}]
    bundle = json.loads(client.raw("/fhir/Questionnaire").text)
    assert bundle["total"] == len(bundle["entry"]) >= 4
    assert json.loads(client.raw("/fhir/metadata").text)["fhirVersion"] == "4.0.1"
    missing = client.raw("/fhir/Questionnaire/finnes-ikke")
    assert (missing.status_code, json.loads(missing.text)["resourceType"]) == (404, "OperationOutcome")
    assert missing.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(("method", "path", "status", "code"), [
    ("GET", "/fhir/Patient", 404, "not-found"),
    ("GET", "/fhir/Questionnaire/", 404, "not-found"),
    ("POST", "/fhir/Questionnaire", 405, "not-supported"),
    ("DELETE", "/fhir/Questionnaire/fallfeller", 405, "not-supported"),
    ("GET", "/fhir", 404, "not-found"),
])  # fmt: skip
def test_a_system_that_reads_fhir_is_answered_in_fhir_also_where_nothing_is(
    client: Client, method: str, path: str, status: int, code: str
) -> None:
    answer = client.raw(path, method=method)
    said = json.loads(answer.text)
    assert (answer.status_code, answer.mimetype) == (status, "application/fhir+json")
    assert (said["resourceType"], said["issue"][0]["code"]) == ("OperationOutcome", code)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers
    assert ("Allow" in answer.headers) is (status == 405)


def test_advice_leads_to_other_self_checks_that_are_open(browser: Browser) -> None:
    check = "/nb/selvsjekk/hva-er-viktig"
    fields = read("hva-er-viktig", checks_in(CONTENT)["hva-er-viktig"])
    answers = {"decide": "own-house", "people": "no-bother"}
    browser.get(f"{check}/sporsmal/1")
    where = "/sporsmal/1"
    while where != "/resultat":
        number = int(where.rsplit("/", 1)[-1])
        where = answer(browser, number, answers.get(path(fields, answers)[number - 1].id, ""), check=check)
    assert browser.page is not None
    links = {str(link["href"]) for link in browser.page.soup.select(".advice a")}
    assert {"/nb/selvsjekk/boligen", "/nb/selvsjekk/parorendebelastning"} <= links


def test_advice_leaves_out_self_checks_that_are_closed(avklart: Avklart) -> None:
    advice = Advice("a", None, "yourself", False, {"nb": "Les mer"}, {"selfchecks": ("boligen", "phq9")})
    with avklart.flask.test_request_context("/nb/", base_url=f"http://{FJORDVIK}"):
        avklart.flask.preprocess_request()
        assert [link.href for link in card(advice).links] == ["/nb/selvsjekk/boligen"]


def test_an_entry_and_a_service_that_are_called_the_same_are_one_link(browser: Browser) -> None:
    browser.get("/nb/selvsjekk/who5/sporsmal/1")
    for number in range(1, 6):
        browser.post(f"/nb/selvsjekk/who5/sporsmal/{number}", answer="1")
    card = browser.get("/nb/selvsjekk/who5/resultat").one(".advice--first")
    titles = [link.get_text() for link in card.select(".link-list a")]
    assert "Rask psykisk helsehjelp" in titles
    assert len(titles) == len(set(titles))


def test_an_answer_that_cannot_be_stored_now_is_sent_again_from_the_page_that_says_so(
    avklart: Avklart, browser: Browser
) -> None:
    """No database, no script, no way back in the browser: the answer lies in the page (F04)."""
    where = "/nn/selvsjekk/hva-er-viktig/sporsmal/1"
    browser.get(where)
    path = avklart.database.engine.url.database
    assert path
    typed = {"answer": "sleep-well", "draft_token": ""}
    headers = {"Origin": f"http://{browser.host}"}
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = browser.raw(where, "POST", data=typed, headers=headers)
        elsewhere = browser.raw(where, "POST", data=typed)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    page = BeautifulSoup(refused.text, "html5lib")
    assert page.html is not None
    assert page.html["lang"] == "nn"
    (form,) = page.select("main form[method=post]")
    assert form["action"] == where
    again = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    assert again == typed
    assert not BeautifulSoup(elsewhere.text, "html5lib").select("main form[method=post]"), "another site's words"
    answered = browser.raw(where, "POST", data=again, headers=headers)
    assert answered.headers["Location"].endswith("/sporsmal/2")
