"""The design page: every component with an example, in the demonstration only.

The examples are plain stand-ins for page objects, so that the page shows what a component takes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace as Example

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from webapp.web.access import public
from webapp.web.markdown import render, render_marked
from webapp.web.pages import page
from webapp.web.tenancy import settings

bp = Blueprint("gallery", __name__)

_PLAIN_IMAGE = (
    "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%203%202'%3E"
    "%3Crect%20width='3'%20height='2'%20fill='%23005db1'/%3E%3C/svg%3E"
)
EXAMPLES = Path(__file__).parent.parent / "templates" / "gallery"


def _link(title: str, note: str = "") -> Example:
    return Example(title=title, href="/nb/abc/fall", note=note, language="nb")


def _card(stance: str, **words: str) -> Example:
    texts = {"why": "", "exception": "", "instead": "", "tip": "", **words}
    return Example(
        **texts,
        page=Example(title="Måke snø", language="nb", asked="nb", is_fallback=False),
        href="/nb/hvem-gjor-hva/snomaking",
        line=Example(stance=Example(value=stance), needs_decision=True, is_no=stance == "not_normally"),
        contacts=[_contact()],
        others=["du selv", "naboer", "frivillige"],
        has_volunteers=True,
        is_critical=False,
        apply_contact=_contact(),
        local="",
        counting=None,
        before=None,
    )


def _contact() -> Example:
    return Example(id="volunteer_centre", title="Frivilligsentralen", telephone="61 35 90 20", hours="")


def _field(name: str, label: str, *errors: str, data: object = "") -> Example:
    choices = [Example(value=value, label=words) for value, words in (("a", "saksbehandler"), ("b", "redaktør"))]
    return Example(
        id=f"eksempel-{name}", name=name, label=Example(text=label), errors=errors, data=data,
        iter_choices=lambda: choices,
    )  # fmt: skip


def _session(number: int, device: str, *, is_this: bool) -> Example:
    return Example(
        id=str(number), device=device, began="22. november 2026 kl. 08.05", seen="22. november 2026 kl. 13.10",
        is_this=is_this,
    )  # fmt: skip


def _case_line() -> Example:
    return Example(
        href="/nb/", name="Åse Bjørnstad", reference="K7M4-PX2Q", what="Har skrevet til oss: Fall", whom="bekymring",
        due="4. desember 2026", mark="late", mark_words="forfalt", who="ingen har den", waits="venter på oss",
    )  # fmt: skip


def _agreement_line() -> Example:
    return Example(
        href="/nb/", name="Åse Bjørnstad", reference="K7M4-PX2Q", what="Bo hjemme", state="Dere blir enige",
        gaps="1 uten reserve", who="ingen har den", changed="22. november 2026 kl. 13.00",
    )  # fmt: skip


def _errand() -> Example:
    return Example(
        id="1", href="/nb/", name="Åse Bjørnstad", telephone="61 35 90 01", why="blir spurt om å være med",
        reference="K7M4-PX2Q", since="22. november 2026 kl. 13.00", language="nb", answers_href="/nb/",
        said=["Noen du kjenner, ber deg være med på noe sammen.", "Skal vi gå gjennom det nå?"],
        papers=[Example(words="Brev (PDF)", href="/nb/")], invitation_action="/nb/",
    )  # fmt: skip


def _entry(what: str, text: str, *, is_internal: bool = False) -> Example:
    return Example(what=what, when="22. november 2026 kl. 13.00", who="Kari", text=text, is_internal=is_internal)


def _remarks() -> Example:
    return Example(
        summary="84 ord, LIX 41: verken lett eller tung å lese.", is_good=False,
        to_mend=[Example(field="Hva kommunen gjør", href="/nb/", words="«500 kroner» er et beløp.")],
        advice=[Example(field="Kort fortalt", href="/nb/", words="«vedtak» er et fagord. Skriv «skriftlig svar».")],
        hard=[Example(
            field="Kort fortalt", lix="52", ease="tung å lese", told=["Lang setning: 24 ord"],
            body=render_marked([("Ring oss. ", False), ("Kommunen gjennomfører kartleggingssamtaler.", True)]),
        )],
    )  # fmt: skip


def _alt() -> Example:
    names = {"alt_nb": "på bokmål", "alt_nn": "på nynorsk", "alt_en": "på engelsk", "decorative": "Bare til pynt"}
    return Example(**{name: _field(name, words) for name, words in names.items()})


def _image() -> Example:
    return Example(
        slug="rullator", whose="vår egen", href="/nb/", source=_PLAIN_IMAGE, width=640, height=427,
        said=[("nb", "Bokmål", "En mann går med rullator.")], is_decorative=False, reference="![](image:rullator)",
    )  # fmt: skip


def _chart() -> Example:
    bars = [
        Example(y=place * 46, width=width, words=words, told=str(width))
        for place, (words, width) in enumerate((("Måke snø", 240), ("Handle mat", 90)))
    ]
    return Example(id="eksempel-chart", title="Oppgaver", told="Måke snø 240, Handle mat 90", height=92, bars=bars)


def example() -> Example:
    """Answer what the examples are made of."""
    steps = [
        (Example(number=number, name=name), render(text), [_link("Trygghetsalarm")])
        for number, (name, text) in enumerate(
            [
                ("Klarer seg selv", "Uten hjelp."),
                ("Klarer seg på nytt vis", "Med hjelpemidler."),
                ("Trenger noe hjelp", "Fast."),
            ]
        )
    ]
    links = [_link("Fall", "Hva gjør du når noen har falt?"), _link("Trygghetsalarm", "En knapp du har på deg.")]
    return Example(
        names=sorted(path.stem for path in EXAMPLES.glob("[!_]*.html")),
        task_no=_card("not_normally", why="Hjelpen går til helse og stell.", instead="Spør Frivilligsentralen."),
        task_sometimes=_card("sometimes", exception="Vi gjør det for dem som har hjemmesykepleie."),
        task_normally=_card("normally", tip="Spør i god tid."),
        contacts=[_contact()],
        todo=[Example(text="Fortell fastlegen om fallet", more=None), Example(text="Rydd gulvet", more=links[0])],
        links=links,
        sections=[Example(id=f"del-{number}", heading=f"Del {number}") for number in range(1, 6)],
        fallback=Example(is_fallback=True, language="nn"),
        letters=[Example(letter=letter, entries=(1,) if letter not in "QX" else ()) for letter in "ABCQXÆØÅ"],
        place=Example(
            page=Example(slug="kafe", title="Seniorkafé", language="nb"), short=render("Kom."), place="Biblioteket",
            when="Onsdager kl. 11", cost="Gratis", transport="Buss 12", telephone="61 35 90 26", url="",
        ),
        sources=[Example(name="helse- og omsorgstjenesteloven", paragraph="§ 3-2", url="")],
        staircase=steps,
        email=_field("epost", "E-post", "Skriv e-postadressen din."),
        roles=_field("roller", "Arbeider med", data=["a"]),
        language=_field("sprak", "Språk", data="b"),
        text=_field("tekst", "Fortell kort"),
        trap=_field("nettside", "La dette stå tomt"),
        asked_page=Example(kind="entry", slug="fall"),
        choice=_field("valg", "Hvem gjelder det?", data="a"),
        chip=Example(id="navn-anne", value="anne", label="Anne", is_on=True),
        rows=[Example(label="Telefon", value="400 00 000", href="/nb/"), Example(label="E-post", value="", href="")],
        cases=[_case_line()],
        agreements=[_agreement_line()],
        errands=[_errand()],
        facts=[Example(label="Telefon", value="400 12 345", kind="telephone")],
        entries=[_entry("Kom inn", ""), _entry("Internt notat", "Ringer i morgen.", is_internal=True)],
        label=Example(label=_field("navn", "Hva kaller du nøkkelen?")),
        faults=Example(faults=lambda: [("eksempel-epost", "Skriv e-postadressen din.")]),
        sessions=[_session(1, "Chrome, Windows", is_this=True), _session(2, "Safari, iPhone", is_this=False)],
        question=Example(
            question="Hvordan sover du?", help="", fault="", type="choice", is_optional=True, most=1, value="",
            choices=[Example(value=value, label=value, is_chosen=value == "Godt") for value in ("Godt", "Dårlig")],
        ),
        flag=Example(text=render("Er det fare for liv, ring nå."), numbers=[
            Example(telephone="113", name="Ambulanse", when="Fare for liv"),
        ]),
        chart=_chart(),
        indicator=Example(
            title="Bor hjemme", unit="prosent", target="minst 90", counted="", ended="",
            numbers=[Example(id="1", day="31. desember 2025", number="91,5", source="SSB")],
        ),
        measures=[Example(
            id="1", title="Hverdagsrehabilitering", text="", owner="hjemmetjenesten", state="I gang",
            due="31. desember 2026",
        )],
        table=Example(
            caption="Oppgaver", heads=["Hva", "Hvor mange"], rows=[["Måke snø", "24"], ["Handle mat", "skjult"]],
            foot=["Til sammen", "31"],
        ),
        options=[Example(value=one, words=one, is_chosen=one == "2026") for one in ("2026", "2025")],
        asked=Example(question="Jeg visste hvem jeg kunne ringe.", choices=[
            Example(words="Helt enig", told="12", number=12, percent=60),
            Example(words="Helt uenig", told="skjult", number=None, percent=0),
        ]),
        score=Example(number="52", most="100", at=52, parts=[
            Example(start=0, width=28, is_here=False), Example(start=28, width=24, is_here=False),
            Example(start=52, width=48, is_here=True),
        ]),
        consent=Example(text="Du sier ja til at kommunen lagrer det.", version="2026-11"),
        counting=Example(day=date(2026, 11, 22), is_to_come=False),
        counting_later=Example(day=date(2027, 1, 1), is_to_come=True),
        said=Example(bands=[Example(name="Greit nå", text=render("Du sover godt."), picture=None)], skipped=0, first=[],
            groups=[Example(heading="Dette kan du gjøre selv", cards=[Example(text=render("Gå en tur."), links=[])])],
            says_not=render("Dette er ingen diagnose."),
        ),
        remarks=_remarks(),
        alt=_alt(),
        images=[_image()],
        pieces=[
            Example(change="same", text="Vi kommer "), Example(change="removed", text="på torsdag"),
            Example(change="added", text="hver torsdag"), Example(change="same", text="."),
        ],
        control=Example(
            look="text", name="eksempel.kort", id="eksempel-kort", label="Det korte svaret", is_required=True,
            hint="En eller to setninger.", value="Ring oss.", is_locked=False, options=[], inside=[],
            faults=["Skriv kortere."], beside="Ring oss når du vil.", beside_name="Fellesteksten",
            can_begin=True, begin="begynn:eksempel.kort", theirs="", changes=[], count="", added="",
        ),
        tabs=[Example(words=words, href="/nb/", is_current=words == "Bokmål") for words in ("Fakta", "Bokmål")],
        upkeep=Example(owner="hjemmetjenesten", reviewed=date(2026, 11, 22), contributors=("eldrerådet",)),
    )  # fmt: skip


@bp.get("/-/komponenter")
@public(cached=False)
def components() -> Response:
    """Show every component, to those who build (not in production)."""
    if not settings().is_demo:
        raise NotFound
    return page("gallery/_page.html", example())
