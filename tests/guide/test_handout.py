"""A home visitor's hand-out: entries on paper, with the way back and whom to ring."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from werkzeug.test import TestResponse

from tests.factories.papers import keeps
from tests.factories.site import DALSBYGD
from tests.page import Client, checked
from webapp.app import Avklart
from webapp.gateways.pdf.handout import make_handout

PDF = "/nb/utdeling.pdf"


def choose(client: Client, *slugs: str, path: str = PDF) -> TestResponse:
    return client.raw(path, method="POST", data={"oppslag": list(slugs)})


@pytest.mark.parametrize("name", ["PDF_UA_1", "PDF_A_2A"])
def test_the_hand_out_keeps_both_standards(client: Client, tmp_path: Path, name: str) -> None:
    path = tmp_path / "handout.pdf"
    path.write_bytes(choose(client, "fall", "sorg", "fremtidsfullmakt").data)
    assert keeps(path, name)


def test_every_entry_can_be_handed_out_in_every_language(avklart: Avklart, client: Client) -> None:
    slugs = [str(box["value"]) for box in client.get("/nb/utdeling").soup.select("input[name=oppslag]")]
    assert len(slugs) > 100
    for start in range(0, len(slugs), 12):
        answer = choose(client, *slugs[start : start + 12], path="/en/utdeling.pdf")
        assert answer.status_code == 200, slugs[start : start + 12]
        with pikepdf.open(BytesIO(answer.data)) as found:
            assert len(found.pages) >= len(slugs[start : start + 12])
    nynorsk = Client(avklart.front, host=f"{DALSBYGD}:8000")
    assert choose(nynorsk, "fall", path="/nn/utdeling.pdf").data.startswith(b"%PDF-")


def test_what_was_ticked_stays_ticked_where_it_was_too_much(client: Client) -> None:
    slugs = [str(box["value"]) for box in client.get("/nb/utdeling").soup.select("input[name=oppslag]")]
    answer = choose(client, *slugs[:13])
    assert answer.status_code == 422
    page = checked(answer, PDF)
    assert "Velg høyst 12 oppslag. Du har valgt 13." in page.text
    assert [str(box["value"]) for box in page.soup.select("main input[checked]")] == slugs[:13]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("slugs", [(), ("finnes-ikke",), ("../saker",)])
def test_nothing_chosen_is_said(client: Client, slugs: tuple[str, ...]) -> None:
    answer = choose(client, *slugs)
    assert answer.status_code == 422
    assert "Sett kryss ved minst ett oppslag." in checked(answer, PDF).text


def test_another_site_cannot_have_papers_made(client: Client) -> None:
    headers = {"Origin": "https://evil.example"}
    assert client.raw(PDF, method="POST", data={"oppslag": "fall"}, headers=headers).status_code == 403


def test_no_words_break_or_steer_the_paper() -> None:
    hostile = '#panic() $x$ *fet* #read("/etc/passwd") <label> \\ 你好 👵'
    sheet = {
        "title": hostile, "short": hostile, "todo_heading": hostile, "todo": [hostile, ""],
        "sections": [{"heading": "", "lines": [{"kind": "point", "text": hostile}, {"kind": "text", "text": hostile}]}],
        "address": "https://fjordvik.avklart.example/nb/abc/fall", "alt": hostile,
    }  # fmt: skip
    made = make_handout({
        "language": "nb", "title": hostile, "municipality": hostile, "telephone": hostile, "hours": hostile,
        "telephone_label": hostile, "numbers": [{"telephone": hostile, "name": hostile}], "numbers_heading": hostile,
        "read_on": hostile, "sheets": [sheet, sheet],  # type: ignore[list-item]
    })  # fmt: skip
    with pikepdf.open(BytesIO(made)) as found:
        assert len(found.pages) == 2
