"""My plan on paper and in a calendar, the ready-made plans, and the page for those without a script."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.factories.papers import keeps
from tests.factories.site import DALSBYGD
from tests.page import Client, checked
from webapp.gateways import pdf
from webapp.kernel.language import LANGUAGES

PDF, ICS = "/nb/min-plan/plan.pdf", "/nb/min-plan/plan.ics"
HOSTILE = (
    "#panic()",
    "$x$",
    "*fet*",
    '#read("/etc/passwd")',
    "<label>",
    "\\",
    "{{ 7*7 }}",
    "你好",
    "👵🏽",
    "a\u202eb",
    "Å;,:",
)
PLANS = ("de-gode-arene", "hjem-fra-sykehus", "ny-som-parorende")


def post(client: Client, path: str, items: Any, **headers: str) -> TestResponse:
    posted = items if isinstance(items, str) else json.dumps(items, ensure_ascii=False)
    head = '--edge\r\nContent-Disposition: form-data; name="plan"\r\n\r\n'
    body = f"{head}{posted}\r\n--edge--\r\n".encode()
    return client.raw(
        path, method="POST", data=body, content_type="multipart/form-data; boundary=edge", headers=headers
    )


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


@pytest.mark.parametrize("name", ["PDF_UA_1", "PDF_A_2A"])
def test_the_plan_as_pdf_keeps_both_standards_with_anything_in_it(client: Client, tmp_path: Path, name: str) -> None:
    items = [
        {"text": words, "note": f"{words}\n{words}", "date": "2026-12-24", "from": "abc/fall"} for words in HOSTILE
    ]
    answer = post(client, PDF, [*items, *({**item, "done": True} for item in items)])
    assert answer.status_code == 200
    path = tmp_path / "plan.pdf"
    path.write_bytes(answer.data)
    assert keeps(path, name)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60).filter(str.strip))
def test_nothing_that_can_be_typed_breaks_the_pdf(words: str) -> None:
    point = {"text": words, "note": words, "day": words, "address": words}
    data = {"when": "", "left": [point], "done": [point], "done_heading": words, "telephone": "", "emergency": ""}
    assert pdf.make("plan", data, language="nb", title="Min plan").startswith(b"%PDF-")


def test_a_thousand_points_with_notes_become_a_pdf(client: Client) -> None:
    items = [{"text": f"Punkt {number} " + "å" * 280, "note": "ø" * 500} for number in range(1000)]
    answer = post(client, PDF, items)
    assert answer.status_code == 200
    with pikepdf.open(BytesIO(answer.data)) as found:
        assert len(found.pages) > 20


def test_what_was_made_is_kept_nowhere(client: Client) -> None:
    for path in (PDF, ICS):
        answer = post(client, path, [{"text": "Ring", "date": "2026-12-24"}])
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_calendar_file_reminds_in_the_morning_of_what_is_left_and_has_a_date(client: Client) -> None:
    items = [
        {"id": "a1", "text": "Ring; legen, nå", "note": "En\nto", "date": "2026-12-24", "from": "abc/fastlege"},
        {"id": "a2", "text": "Uten dato"},
        {"id": "a3", "text": "Gjort", "date": "2026-12-24", "done": True},
    ]
    answer = post(client, ICS, items)
    assert answer.content_type == "text/calendar; charset=utf-8"
    lines = unfolded(answer.get_data(as_text=True))
    assert lines.count("BEGIN:VEVENT") == lines.count("BEGIN:VALARM") == lines.count("END:VALARM") == 1
    assert "UID:plan-a1@avklart" in lines
    assert "DTSTART;VALUE=DATE:20261224" in lines
    assert r"SUMMARY:Ring\; legen\, nå" in lines
    assert r"DESCRIPTION:En\nto\nhttp://127.0.0.1:8000/nb/abc/fastlege" in lines
    assert (
        lines.index("BEGIN:VALARM")
        < lines.index("TRIGGER:PT9H")
        < lines.index("END:VALARM")
        < lines.index("END:VEVENT")
    )
    assert all(len(line.encode()) <= 75 for line in answer.get_data(as_text=True).split("\r\n"))


@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_put_a_line_of_their_own_into_the_calendar(client: Client, words: str) -> None:
    item = {"text": f"{words}\nBEGIN:VEVENT", "note": "x\r\nATTENDEE:mailto:evil@evil.example", "date": "2026-12-24"}
    lines = unfolded(post(client, ICS, [item]).get_data(as_text=True))
    assert lines.count("BEGIN:VEVENT") == 1
    assert not any(line.startswith("ATTENDEE") for line in lines)


@pytest.mark.parametrize("posted", ["", "{", "[]", '[{"text": ""}]'])
@pytest.mark.parametrize("path", [PDF, ICS])
def test_what_is_no_plan_gets_the_page_and_calm_words(client: Client, path: str, posted: str) -> None:
    answer = post(client, path, posted)
    assert answer.status_code == 422
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Den ligger fortsatt på enheten din" in checked(answer, path).text


def test_a_plan_without_dates_is_told_what_is_missing(client: Client) -> None:
    answer = post(client, ICS, [{"text": "Ring"}])
    assert answer.status_code == 422
    assert "Sett en dato" in checked(answer, ICS).text


def test_a_plan_that_is_too_long_is_told_that_nothing_is_lost(client: Client) -> None:
    answer = post(client, PDF, "x" * (2 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert "Ingenting er borte" in checked(answer, PDF).text


def test_another_site_cannot_have_files_made(client: Client) -> None:
    assert post(client, PDF, [{"text": "x"}], Origin="https://evil.example").status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", PLANS)
def test_a_ready_made_plan_is_a_checklist_in_every_language(avklart: Any, language: str, slug: str) -> None:
    client = Client(avklart.front, host=f"{DALSBYGD}:8000" if language == "nn" else "127.0.0.1:8000")
    page = client.get(f"/{language}/min-plan/{slug}")
    points = page.soup.select(".todo li [data-point]")
    assert len(points) >= 10
    assert {str(link["href"]).split("/")[1] for link in page.soup.select(".todo__more")} == {language}
    assert page.soup.select_one("[data-collect]")["data-from"] == f"min-plan/{slug}"  # type: ignore[index]
    assert page.response.headers["Cache-Control"] == "public, no-cache"
    assert page.soup.select_one(".todo__foot")["hidden"] == ""  # type: ignore[index]


def test_a_plan_that_is_not_there_is_not_found(client: Client) -> None:
    client.get("/nb/min-plan/finnes-ikke", status=404)


def test_without_a_script_the_page_is_a_list_to_write_on_and_leads_to_the_ready_made_ones(client: Client) -> None:
    page = client.get("/nb/min-plan")
    assert page.one("[data-plan]")["hidden"] == ""
    paper = page.one("[data-on-paper]")
    assert not paper.has_attr("hidden")
    assert len(paper.select("li")) >= 10
    assert {f"/nb/min-plan/{slug}" for slug in PLANS} <= set(page.links().values())


def test_the_page_says_where_the_plan_lies(client: Client) -> None:
    words = client.get("/nb/min-plan").text
    assert "Planen ligger i denne nettleseren på denne enheten, og ingen andre steder." in words
    assert "Låner du telefonen eller PC-en" in words


def test_points_of_entries_and_services_can_be_collected_but_not_those_of_sensitive_pages(client: Client) -> None:
    for path, source in (("/nb/abc/fall", "abc/fall"), ("/nb/tjenester/avlastning", "tjenester/avlastning")):
        assert client.get(path).one("[data-collect]")["data-from"] == source
    sensitive = client.get("/nb/abc/vold-og-overgrep")
    assert sensitive.soup.select("[data-point]")
    assert sensitive.soup.select("[data-collect]") == []


def test_files_cannot_be_had_without_end(client: Client) -> None:
    answers = [post(client, ICS, "").status_code for _ in range(61)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {422}


def test_the_script_keeps_to_the_same_limits() -> None:
    script = (Path(__file__).parents[2] / "webapp/assets/js/plan-store.js").read_text("utf-8")
    assert re.search(r"MOST = \{ points: 1000, text: 300, note: 500,", script)
