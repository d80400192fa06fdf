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
from webapp.web.markdown import render
from webapp.web.pages import page
from webapp.web.tenancy import settings

bp = Blueprint("gallery", __name__)

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
    )


def _contact() -> Example:
    return Example(id="volunteer_centre", title="Frivilligsentralen", telephone="61 35 90 20", hours="")


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
        upkeep=Example(owner="hjemmetjenesten", reviewed=date(2026, 11, 22), contributors=("eldrerådet",)),
    )  # fmt: skip


@bp.get("/-/komponenter")
@public(cached=False)
def components() -> Response:
    """Show every component, to those who build (not in production)."""
    if not settings().is_demo:
        raise NotFound
    return page("gallery/_page.html", example())
