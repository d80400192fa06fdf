"""A small content folder with no fault in it, for tests to break in one place; and page parts without files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from webapp.content import files
from webapp.content.cli import faults_of
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import Fault, PageKey, PagePart

ENTRY_COMMON = """\
audience:
- older
situations:
- plan_ahead
areas:
- age_friendly
services:
- trygghetsalarm
tasks:
- snomaking
sources:
- name: helsenorge.no
  url: https://www.helsenorge.no/
  checked: '2026-11-01'
owner: service_centre
reviewed: '2026-11-22'
review_by: '2027-11-22'
"""
ENTRY_NB = """\
---
title: Snø og is
synonyms:
- glatt ute
- måking
---

## short

Ring {telephone} hvis du ikke kommer deg ut.

## yourself

Ta på brodder. Les om [alarmen](service:trygghetsalarm).

## municipality

Vi strør gangveiene, men vi [måker ikke](task:snomaking) hos deg.

## talk

Hvem i nabolaget kan hjelpe?
"""
SERVICE_COMMON = """\
steps:
- 1
- 2
needs_decision: true
payment: municipality_sets
contact: home_care
asks:
- slug: lade-alarmen
  who: resident
owner: home_care
reviewed: '2026-11-22'
review_by: '2027-11-22'
"""
SERVICE_NB = """\
---
title: Trygghetsalarm
asks:
  lade-alarmen: Du lader alarmen
---

## short

En knapp som ringer til oss.

## for_whom

For deg som er redd for å falle.

## criteria

Du kan bruke knappen.

## does

Vi svarer hele døgnet.

## does_not

Vi er ikke en ambulanse. Ring [113](tel:113).

## we_expect

Du bærer knappen.

## you_can_expect

Vi kommer når du trenger oss.

## cost

Kommunen setter prisen.
"""
TASK_COMMON = """\
number: '4.1'
area: outdoors
stance: not_normally
others:
- neighbour
- volunteer
alternatives:
- volunteer_centre
services:
- trygghetsalarm
"""
TASK_NB = """\
---
title: Måke snø
why: Vi måker bare veiene våre.
instead: Spør {volunteer_centre}.
---
"""
OTHER_TASK_COMMON = """\
number: '4.2'
area: outdoors
critical: true
stance: normally
others:
- caregiver
"""
OTHER_TASK_NB = """\
---
title: Strø gangveien
---
"""
FJORDVIK = """\
number: '9901'
name: Fjordvik
hosts:
- fjordvik.localhost
languages:
- nb
- nn
- en
telephone: 61 35 90 00
hours:
  nb: hverdager kl. 8–15
open_until:
  nb: til kl. 15
email: post@fjordvik.example
address: Storgata 1, 9901 Fjordvik
contacts:
- contact: service_centre
  name:
    nb: servicetorget
  telephone: 61 35 90 00
neighbours:
- dalsbygd
picture: stairs
accent: '#0b5cad'
"""
DALSBYGD = """\
number: '9902'
name: Dalsbygd
hosts:
- dalsbygd.localhost
languages:
- nn
- nb
telephone: 61 35 91 00
hours:
  nb: hverdager kl. 8–15
open_until:
  nb: til kl. 15
email: post@dalsbygd.example
address: Dalsvegen 12, 9902 Dalsbygd
contacts:
- contact: service_centre
  name:
    nb: servicetorget
  telephone: 61 35 91 00
picture: stairs
"""
OWN_ENTRY_NB = """\
---
---

## local

Hos oss hjelper [tjenesten](service:trygghetsalarm) deg ut.
"""
PLACE_COMMON = """\
telephone: 61 35 90 40
open_to_neighbours: true
"""
PLACE_NB = """\
---
title: Seniorkafeen
place: Storgata 4
when: torsdager kl. 11
cost: gratis
transport: bussen stopper utenfor
---

## short

Kaffe og prat for alle.
"""
FILES = {
    "shared/entries/sno-og-is/common.yaml": ENTRY_COMMON,
    "shared/entries/sno-og-is/nb.md": ENTRY_NB,
    "shared/services/trygghetsalarm/common.yaml": SERVICE_COMMON,
    "shared/services/trygghetsalarm/nb.md": SERVICE_NB,
    "shared/tasks/snomaking/common.yaml": TASK_COMMON,
    "shared/tasks/snomaking/nb.md": TASK_NB,
    "shared/tasks/stroing/common.yaml": OTHER_TASK_COMMON,
    "shared/tasks/stroing/nb.md": OTHER_TASK_NB,
    "municipalities/fjordvik/facts.yaml": FJORDVIK,
    "municipalities/fjordvik/entries/sno-og-is/nb.md": OWN_ENTRY_NB,
    "municipalities/fjordvik/places/seniorkafeen/common.yaml": PLACE_COMMON,
    "municipalities/fjordvik/places/seniorkafeen/nb.md": PLACE_NB,
    "municipalities/dalsbygd/facts.yaml": DALSBYGD,
}


WHOLE = {
    "shared/entries/sno-og-is/common.yaml": ENTRY_COMMON.replace("services:", "entries:\n- brodder\nservices:"),
    "shared/entries/sno-og-is/nn.md": """\
---
title: Snø og is
---

## short

Ring {telephone} om du ikkje kjem deg ut.

## yourself

Ta på broddar. Les om [alarmen](service:trygghetsalarm).

## municipality

Vi strør gangvegane, men vi [måkar ikkje](task:snomaking) hos deg.

## talk

Kven i nabolaget kan hjelpe?
""",
    "shared/entries/sno-og-is/en.md": """\
---
title: Snow and ice
---

## short

Call {telephone} if you cannot get out.

## yourself

Put on ice grips (brodder). Read about [the alarm](service:trygghetsalarm).

## municipality

We grit the paths, but we do not [clear your snow](task:snomaking).

## talk

Who in the neighbourhood can help?
""",
    "shared/entries/brodder/common.yaml": """\
audience:
- older
areas:
- age_friendly
entries:
- sno-og-is
services:
- trygghetsalarm
tasks:
- stroing
owner: service_centre
reviewed: '2026-11-22'
review_by: '2027-11-22'
""",
    **{
        f"shared/entries/brodder/{language}.md": f"""\
---
title: {title}
---

## short

{text}

## yourself

{text}

## municipality

{text}

## talk

{text}
"""
        for language, title, text in (
            ("nb", "Brodder", "Ta dem på når det er glatt."),
            ("nn", "Broddar", "Ta dei på når det er glatt."),
            ("en", "Ice grips", "Put them on when it is icy."),
        )
    },
    "shared/services/trygghetsalarm/common.yaml": SERVICE_COMMON.replace("owner:", "entries:\n- sno-og-is\nowner:"),
    "shared/services/trygghetsalarm/nn.md": SERVICE_NB.replace("Trygghetsalarm", "Tryggleiksalarm")
    .replace("lader", "ladar")
    .replace("bærer", "ber")
    .replace("ikke", "ikkje")
    .replace("Vi kommer når du trenger", "Vi kjem når du treng"),
    "shared/services/trygghetsalarm/en.md": """\
---
title: Safety alarm (trygghetsalarm)
asks:
  lade-alarmen: You charge the alarm
---

## short

A button that calls us.

## for_whom

For you who are afraid of falling.

## criteria

You can use the button.

## does

We answer day and night.

## does_not

We are no ambulance. Call [113](tel:113).

## we_expect

You wear the button.

## you_can_expect

We come when you need us.

## cost

The municipality sets the price.
""",
    "shared/tasks/snomaking/nn.md": """\
---
title: Måke snø
why: Vi måkar berre vegane våre.
instead: Spør {volunteer_centre}.
---
""",
    "shared/tasks/snomaking/en.md": """\
---
title: Clear snow
why: We clear our own roads only.
instead: Ask {volunteer_centre}.
---
""",
    "shared/tasks/stroing/common.yaml": OTHER_TASK_COMMON + "services:\n- trygghetsalarm\n",
    "shared/tasks/stroing/nn.md": "---\ntitle: Strø gangvegen\n---\n",
    "shared/tasks/stroing/en.md": "---\ntitle: Grit the path\n---\n",
}
"""What makes the small folder a whole book: every language, and no page that nothing leads to."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A content folder that a test may break."""

    root: Path

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file, whatever is in it."""
        where = self.root / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(text.encode() if isinstance(text, str) else text)

    def change(self, path: str, old: str, new: str) -> None:
        """Replace what stands once in a file."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"'{old}' stands {text.count(old)} times in {path}"
        self.write(path, text.replace(old, new))

    def remove(self, path: str) -> None:
        """Take a file away."""
        (self.root / path).unlink()

    def remove_all(self, beginning: str) -> None:
        """Take every file away whose path begins so."""
        for path in self.contents():
            if path.startswith(beginning):
                self.remove(path)

    def line_of(self, path: str, text: str) -> int:
        """Answer the number of the one line that begins with a text, spaces aside."""
        lines = (self.root / path).read_bytes().decode("utf-8", "replace").split("\n")
        found = [number for number, line in enumerate(lines, start=1) if line.lstrip().startswith(text)]
        assert len(found) == 1, f"'{text}' begins {len(found)} lines of {path}"
        return found[0]

    def faults(self) -> list[Fault]:
        """Answer every fault of the folder, as `avklart content check` finds them."""
        return faults_of(files.read_tree(self.root))

    def contents(self) -> dict[str, bytes]:
        """Answer the bytes of every file, by its path."""
        return contents(self.root)


def contents(root: Path) -> dict[str, bytes]:
    """Answer the bytes of every file below a folder, by its path."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def make_folder(root: Path) -> Folder:
    """Make the small content folder without faults."""
    folder = Folder(root)
    for path, text in FILES.items():
        folder.write(path, text)
    return folder


def make_whole_folder(root: Path) -> Folder:
    """Make the small content folder as a whole book, with nothing to say of it."""
    folder = make_folder(root)
    for path, text in WHOLE.items():
        folder.write(path, text)
    return folder


def part(kind: str, slug: str, language: str = COMMON, municipality: str | None = None, **fields: Any) -> PagePart:
    """Make a part; what is stored is not checked again, so a test gives the fields it asks for."""
    return PagePart(PageKey(municipality, kind, slug, language), fields)


def facts(code: str, **changes: Any) -> PagePart:
    """Make the facts of a municipality."""
    fields = {
        "number": "9999",
        "name": code.capitalize(),
        "hosts": [f"{code}.localhost"],
        "languages": ["nb", "nn", "en"],
        "telephone": "61 35 90 00",
        "hours": {"nb": "hverdager kl. 8–15"},
        "open_until": {"nb": "til kl. 15"},
        "email": f"post@{code}.example",
        "address": "Storgata 1",
        "contacts": [
            {"contact": "service_centre", "name": {"nb": "servicetorget"}, "telephone": "61 35 90 00"},
            {"contact": "home_care", "name": {"nb": "heimetenesta"}, "telephone": "61 35 90 12"},
        ],
        "picture": "stairs",
    }
    return part("municipality", code, COMMON, code, **{**fields, **changes})


def keyed(*parts: PagePart) -> dict[PageKey, PagePart]:
    """Answer parts by their keys, as reading a folder does."""
    return {found.key: found for found in parts}


def two_municipalities(*more: PagePart) -> dict[PageKey, PagePart]:
    """Answer the facts of Fjordvik and Dalsbygd, and further parts."""
    return keyed(facts("fjordvik"), facts("dalsbygd"), *more)


def titles(parts: Iterable[PagePart]) -> dict[PageKey, Any]:
    """Answer the title of each part, by its key."""
    return {found.key: found.fields.get("title") for found in parts}
