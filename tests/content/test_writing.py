"""What is remarked while a page is written: in three languages, at its place, and for any text at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as how
from hypothesis import strategies as st

from webapp.content.domain.check import measure
from webapp.content.domain.kind import COMMON, SELFCHECKS
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.domain.remarks import Matter, Remark
from webapp.content.domain.wording import PlainWords
from webapp.content.domain.writing import Examined, Known, examine
from webapp.content.files import Reading, read_tree
from webapp.kernel.language import LANGUAGES
from webapp.settings import load

GLOSSARY = {
    "terms": {
        "vedtak": {
            "word": {"nb": "vedtak", "nn": "vedtak", "en": "vedtak (decision)"},
            "say": {"nb": "skriftlig svar", "nn": "skriftleg svar", "en": "a written answer"},
            "jargon": True,
        },
        "bruker": {"word": {"nb": "bruker"}, "jargon": True},
    }
}
WORDS = {
    "heavy": [
        {"language": "nb", "word": "iverksette", "say": "sette i gang"},
        {"language": "nn", "word": "iverksette", "say": "setje i gang"},
        {"language": "en", "word": "utilise", "say": "use"},
    ],
    "abbreviations": [
        {"language": "nb", "word": "f.eks.", "say": "for eksempel"},
        {"language": "nn", "word": "t.d.", "say": "til dømes"},
        {"language": "en", "word": "e.g.", "say": "for example"},
    ],
}
PLAIN = PlainWords.of(GLOSSARY, WORDS)
KNOWN = Known(
    {("entry", "fall"), ("service", "trygghetsalarm")}, PLAIN,
    {"rullator": {"nb", "nn", "en"}, "trapp": {"nb"}},
)  # fmt: skip


def found(text: str, *, language: str = "nb", field: str = "body", kind: str = "page", **more: Any) -> Examined:
    fields = {"title": "Om oss", "lead": "Kort.", field: text, **more}
    return examine(PageKey(None, kind, "om", language), fields, KNOWN, common={})


def remarked(text: str, matter: Matter, *, language: str = "nb", field: str = "body") -> list[str]:
    """Answer the stretches of a text that have a remark of a matter."""
    remarks = found(text, language=language, field=field).remarks
    assert all(remark.field == field for remark in remarks if remark.matter is matter)
    return [text[remark.start : remark.end] for remark in remarks if remark.matter is matter]


LONG = "Vi kommer hjem til deg og ser på døra og trappa og badet og senga og stolen og lyset og teppet og alt."
HARD = "Kommunehelsetjenesten gjennomfører vurderinger om rettigheter for mottakere innenfor helselovgivningens område."


@pytest.mark.parametrize(
    ("matter", "language", "text", "marked"),
    [
        (Matter.LONG_SENTENCE, "nb", f"Hei. **{LONG}** Ja.", LONG),
        (Matter.HARD_SENTENCE, "nb", f"Ja. {HARD} Nei.", HARD),
        (Matter.HARD_SENTENCE, "nn", HARD, HARD),
        (Matter.LONG_SENTENCE, "en", LONG, LONG),
        (Matter.JARGON, "nb", "Du får et *vedtaket* fra oss, og vedtak igjen.", "vedtaket"),
        (Matter.JARGON, "nn", "Du får eit vedtak.", "vedtak"),
        (Matter.JARGON, "en", "You get a vedtak.", "vedtak"),
        (Matter.HEAVY_WORD, "nb", "Vi iverksetter hjelpen.", "iverksetter"),
        (Matter.HEAVY_WORD, "nn", "Vi vil iverksette hjelpa.", "iverksette"),
        (Matter.HEAVY_WORD, "en", "You utilise it.", "utilise"),
        (Matter.ABBREVIATION, "nb", "Ta med noe, f.eks. en kake.", "f.eks."),
        (Matter.ABBREVIATION, "nn", "Ta med noko, t.d. ei kake.", "t.d."),
        (Matter.ABBREVIATION, "en", "Bring something, e.g. a cake.", "e.g."),
        (Matter.PASSIVE, "nb", "Skjemaet skal ikke sendes nå.", "skal ikke sendes"),
        (Matter.PASSIVE, "nn", "Skjemaet kan sendast no.", "kan sendast"),
        (Matter.PASSIVE, "en", "The form is filled in by you.", "is filled"),
        (Matter.EMPTY_LINK_WORDS, "nb", "Les om fall [her](entry:fall).", "her"),
        (Matter.EMPTY_LINK_WORDS, "nn", "[Les meir](entry:fall).", "Les meir"),
        (Matter.EMPTY_LINK_WORDS, "en", "Read [here](entry:fall).", "here"),
        (Matter.AMOUNT, "nb", "Det koster **500** kroner.", "500** kroner"),
        (Matter.AMOUNT, "en", "It costs NOK 500.", "NOK 5"),
        (Matter.BROKEN_LINK, "nb", "Se [borte](entry:borte) og [fall](entry:fall).", "[borte](entry:borte)"),
        (Matter.FOREIGN_LINK, "nn", "Sjå [der](http://a.example/).", "[der](http://a.example/)"),
        (Matter.UNREADABLE_LINK, "nb", "Se [to\nlinjer](entry:fall).", "]("),
        (Matter.MISLEADING_LINK, "nb", "Se [nav.no](https://nav.evil.example/).", "[nav.no](https://nav.evil.example/)"),
        (Matter.MISLEADING_LINK, "nb", "Ring [116 117](tel:82000000).", "[116 117](tel:82000000)"),
        (Matter.MISLEADING_LINK, "nb", "[a@nav.no](mailto:a@evil.example)", "[a@nav.no](mailto:a@evil.example)"),
        (Matter.UNKNOWN_FACT, "nb", "Ring {telefon}.", "{telefon}"),
        (Matter.BROKEN_IMAGE, "nb", "![](image:borte)", "![](image:borte)"),
        (Matter.FOREIGN_IMAGE, "nb", "![sporing](https://evil.example/x.gif)", "!["),
        (Matter.NO_ALT, "en", "Look: ![](image:trapp)", "![](image:trapp)"),
        (Matter.HTML, "nb", "Her er <b>noe</b>.", "<b>"),
        (Matter.UNSEEN, "nb", "Et\ttabulatortegn.", "\t"),
        (Matter.HEADING_TOO_HIGH, "nb", "## For høyt\n\nTekst.", "## For høyt"),
        (Matter.HEADING_TOO_HIGH, "nb", "Strek under\n---\n\nTekst.", "Strek under\n---"),
        (Matter.HEADING_JUMP, "nb", "### Ett\n\n##### Tre", "##### Tre"),
    ],
)  # fmt: skip
def test_what_could_be_better_is_remarked_at_its_place(matter: Matter, language: str, text: str, marked: str) -> None:
    assert remarked(text, matter, language=language) == [marked]


@pytest.mark.parametrize(
    "text",
    [
        "Ring {telephone}, eller se [fall](entry:fall) og [alarmen](service:trygghetsalarm).",
        "[helsenorge.no](https://www.helsenorge.no/hjelp) og [113](tel:113) og [+47 61 35 90 00](tel:61359000).",
        "[post@nav.no](mailto:post@nav.no)",
        "Vi møtes. Det kan finnes en vei. Du kan trives. Prisen settes av staten.",
        "### Ett\n\n#### To\n\n### Tre\n\n- punkt\n- punkt\n\n1. ett\n2. to",
        "![](image:rullator) og ![Ei trapp](image:trapp)",
        "I 2027 bor 500 her, og 116 117 svarer.",
    ],
)
def test_a_text_as_it_should_be_has_no_remark(text: str) -> None:
    assert found(text).remarks == ()


def test_words_of_the_trade_are_remarked_once_a_field_and_never_where_the_page_is_about_them() -> None:
    assert len(remarked("Vedtak. Vedtaket. Et vedtak.", Matter.JARGON)) == 1
    assert [one.instead for one in found("Et vedtak.").advice] == ["skriftlig svar"]
    assert found("Et vedtak.", title="Klage på vedtak").advice == ()


def test_images_stand_in_sections_and_not_in_the_answer_in_short() -> None:
    assert remarked("![](image:rullator)", Matter.IMAGE_NOT_HERE, field="lead") == ["![](image:rullator)"]
    assert remarked("![](image:rullator)", Matter.IMAGE_NOT_HERE) == []


def test_what_is_required_and_not_there_is_remarked_at_its_field() -> None:
    def missing(kind: str, common: dict[str, Any], **fields: str) -> list[str]:
        remarks = examine(PageKey(None, kind, "x", "nb"), fields, KNOWN, common=common).remarks
        return [remark.field for remark in remarks if remark.matter is Matter.MISSING]

    assert missing("page", {}, title="Om", body=" ") == []
    assert missing("page", {}, title="", lead="Kort.") == ["title", "body"]
    assert "criteria" in missing("service", {})
    assert "criteria" not in missing("service", {"signpost": True})
    assert missing("task", {"stance": "not_normally"}, title="Snø") == ["why", "instead"]
    assert missing("task", {"stance": "normally"}, title="Snø") == []


def test_a_municipalitys_text_over_a_shared_page_gives_only_what_differs() -> None:
    key = PageKey("fjordvik", "page", "om", "nb")
    assert examine(key, {"local": "Hos oss."}, KNOWN, common={}, over_shared=True).remarks == ()
    assert examine(key, {"local": "Hos oss."}, KNOWN, common={}).to_mend


def test_a_text_that_is_too_long_is_remarked_from_where_it_is_too_long() -> None:
    text = "ord " * 1_300_000
    remark = next(one for one in found(text).remarks if one.matter is Matter.TOO_LONG)
    assert (remark.start, remark.end, remark.words, remark.instead) == (20_000, len(text), "20000", "5200000")


def test_a_line_with_a_line_break_is_remarked() -> None:
    assert [one.matter for one in found("Tekst.", title="Om\noss").remarks] == [Matter.LINE_BREAK]


def test_a_page_above_the_hardest_is_mended_in_norwegian_and_only_there() -> None:
    hard = (
        "Kommunehelsetjenesten gjennomfører kartleggingssamtaler vedrørende bistandsbehov innenfor virkeområdet. " * 8
    )
    assert Matter.HARD_TEXT in {one.matter for one in found(hard).to_mend}
    assert Matter.HARD_TEXT not in {one.matter for one in found(hard, language="en").to_mend}


def test_paragraphs_and_list_points_are_measured_each_with_its_sentences() -> None:
    text = f"Kort.  Og *godt*.\n\n- Ett punkt\n- {LONG}\n\n1. Sist."
    paragraphs = found(text).paragraphs[1:]
    assert [[one.text for one in paragraph.sentences] for paragraph in paragraphs] == [
        ["Kort.", "Og godt."], ["Ett punkt"], [LONG], ["Sist."],
    ]  # fmt: skip
    assert [paragraph.is_hard for paragraph in paragraphs] == [False, False, True, False]
    assert text[paragraphs[0].start : paragraphs[0].end] == "Kort.  Og *godt*."


def test_a_self_check_is_examined_in_each_of_its_languages() -> None:
    fields = {"title": {"nb": "Et vedtak", "nn": "Eit vedtak"}, "intro": {"en": "You utilise it. {option}"}}
    remarks = examine(PageKey(None, "selfcheck", "who5", COMMON), fields, KNOWN, common={}).advice
    assert [(one.field, one.words, one.instead) for one in remarks] == [
        ("title.nb", "vedtak", "skriftlig svar"), ("title.nn", "vedtak", "skriftleg svar"),
        ("intro.en", "utilise", "use"),
    ]  # fmt: skip


PIECES = st.one_of(
    st.sampled_from(
        [
            "[", "](", ")", "![", "](image:rullator)", "[fall](entry:fall)", "{telephone}", "{", "}", "# ", "### ",
            "- ", "1. ", "* ", "**", "_", "`", ">", "<b>", "500 kroner", ". ", ": ", "vedtak ", "kan sendes ",
            "\n", "\n\n", "f.eks. ", "a.no", "=\n", "---\n", "\t", "\u202e", "Æ", "kommunehelsetjenesten ", "og ",
        ]
    ),
    st.text(max_size=12),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join)


def _inside(remark: Remark, text: str) -> bool:
    return 0 <= remark.start <= remark.end <= len(text)


@given(text=TEXTS, short=TEXTS, language=st.sampled_from(LANGUAGES))
@how(max_examples=400, deadline=None)
@example(text="[x](", short="y)", language="nb")
def test_for_any_text_remarks_lie_inside_it_and_the_page_is_as_hard_as_the_check_of_files_says(
    text: str, short: str, language: str
) -> None:
    key = PageKey(None, "page", "om", language)
    fields = {"title": "Om", "lead": short, "body": text}
    examined = examine(key, fields, KNOWN, common={})
    assert all(_inside(remark, fields.get(remark.field, "")) for remark in examined.remarks)
    for paragraph in examined.paragraphs:
        within = fields[paragraph.field]
        assert 0 <= paragraph.start < paragraph.end <= len(within)
        assert all(paragraph.start <= one.start < one.end <= paragraph.end for one in paragraph.sentences)
    measured = [one.readability for one in measure({key: PagePart(key, fields)})]
    assert ([examined.readability] if examined.readability.words else []) == measured


@given(value=TEXTS, kind=st.sampled_from(["entry", "service", "task", "aid", "offer", "place", "page"]))
@how(max_examples=100, deadline=None)
def test_every_kind_of_page_can_be_examined(value: str, kind: str) -> None:
    fields = dict.fromkeys(("title", "short", "yourself", "what", "why", "place", "local"), value)
    assert examine(PageKey(None, kind, "x", "nn"), fields, KNOWN, common={}).remarks is not None


def test_the_published_content_has_nothing_to_mend_and_is_as_hard_as_its_check_says() -> None:
    reading = read_tree(load().content)
    parts = reading.parts
    lix = {one.key: one.readability for one in measure(parts)}
    known = Known(
        {(key.kind, key.slug) for key in parts} | {("selfcheck", slug) for slug in SELFCHECKS}, _real(reading)
    )
    entries = [part for key, part in parts.items() if key.kind == "entry" and key.language == "nb"]
    assert len(entries) > 80
    for part in entries:
        is_over = part.key.municipality is not None
        examined = examine(part.key, part.fields, known, common={}, over_shared=is_over)
        assert examined.to_mend == ()
        assert part.key not in lix or examined.readability == lix[part.key]


def _real(reading: Reading) -> PlainWords:
    glossary, words = (reading.parts[PageKey(None, "document", name, COMMON)].fields for name in ("glossary", "words"))
    return PlainWords.of(glossary, words)


def test_the_glossary_and_the_words_give_everyday_words_in_every_language() -> None:
    plain_words = _real(read_tree(load().content))
    for sort in (plain_words.jargon, plain_words.heavy, plain_words.abbreviations):
        assert all(len(sort[language].instead) >= 5 for language in LANGUAGES)
