"""Every way in which a content file can be wrong: said with its file, its line, its field and what is allowed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.factories.content import Folder, make_folder
from webapp.content.domain.kind import COMMON
from webapp.content.domain.page_kinds import ENTRY
from webapp.content.domain.pages import Fault, PageKey
from webapp.content.files import MOST_BYTES, Reading

ENTRY_COMMON = "shared/entries/sno-og-is/common.yaml"
ENTRY_NB = "shared/entries/sno-og-is/nb.md"
SERVICE_COMMON = "shared/services/trygghetsalarm/common.yaml"
SERVICE_NB = "shared/services/trygghetsalarm/nb.md"
TASK_COMMON = "shared/tasks/snomaking/common.yaml"
TASK_NB = "shared/tasks/snomaking/nb.md"
OTHER_TASK = "shared/tasks/stroing/common.yaml"
FACTS = "municipalities/fjordvik/facts.yaml"
OWN_PLACE = "municipalities/fjordvik/places/seniorkafeen/common.yaml"
OWN_PLACE_NB = "municipalities/fjordvik/places/seniorkafeen/nb.md"
NEEDS = "is missing; it is required"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path / "content")


@dataclass(frozen=True)
class Broken:
    """One change to a good folder, and the one fault that it makes."""

    path: str
    old: str
    new: str
    line: int | str
    """The number of the line, or how the line begins."""
    field: str
    message: str


BROKEN = {
    "a missing field": Broken(ENTRY_COMMON, "owner: service_centre\n", "", 1, "owner", NEEDS),
    "a missing field of a list's line": Broken(
        ENTRY_COMMON, "- name: helsenorge.no\n  url:", "- url:", "- url", "sources[1].name", NEEDS
    ),
    "a missing field in the front matter": Broken(ENTRY_NB, "title: Snø og is\n", "", 2, "title", NEEDS),
    "a missing section": Broken(
        ENTRY_NB, "\n## talk\n\nHvem i nabolaget kan hjelpe?\n", "", 6, "talk", NEEDS
    ),
    "a missing section of a service": Broken(
        SERVICE_NB, "\n## criteria\n\nDu kan bruke knappen.\n", "", 1, "criteria",
        "is missing; every service but a signpost has it",
    ),
    "a missing language in a document's text": Broken(
        FACTS, "open_until:\n  nb:", "open_until:\n  nn:", "nn: til", "open_until.nb", NEEDS
    ),
    "an unknown field": Broken(
        TASK_COMMON, "services:", "colour: red\nservices:", "colour", "colour", "is unknown; allowed: number, area, "
    ),
    "an unknown section": Broken(
        ENTRY_NB, "## talk", "## other\n\nMer.\n\n## talk", "## other", "other",
        "is unknown; allowed: short, yourself, municipality, otherwise, talk, more",
    ),
    "a section named in Norwegian": Broken(
        ENTRY_NB, "## talk", "## Kort svar\n\nMer.\n\n## talk", "## Kort", "Kort svar", "is unknown; allowed: short, "
    ),
    "a municipality's section on a shared page": Broken(
        ENTRY_NB, "## talk", "## local\n\nMer.\n\n## talk", "## local", "local", "is unknown; allowed: short, "
    ),
    "text before the first section": Broken(
        ENTRY_NB, "---\n\n## short", "---\n\nHei\nhei\n\n## short", "Hei", "text", "stands before the first section; "
    ),
    "a doubled key": Broken(
        TASK_COMMON, "stance: not_normally\n", "stance: not_normally\nnumber: '4.3'\n", "number: '4.3'", "number",
        "stands twice; allowed: each once",
    ),
    "a doubled key of a table": Broken(
        SERVICE_NB, "Du lader alarmen", "Du lader\n  lade-alarmen: Du gjør det", "lade-alarmen: Du gjør",
        "asks.lade-alarmen", "stands twice; allowed: each once",
    ),
    "a doubled section": Broken(
        ENTRY_NB, "## municipality", "## short\n\nMer.\n\n## municipality", 16, "short", "stands twice; "
    ),
    "a slug a second time": Broken(
        ENTRY_COMMON, "- snomaking\n", "- snomaking\n- stroing\n- snomaking\n", 12, "tasks[3]",
        "is 'snomaking' a second time; allowed: each once",
    ),
    "a task's number a second time": Broken(
        OTHER_TASK, "'4.2'", "'4.1'", "number", "number", "is '4.1', which snomaking has too; allowed: a number of"
    ),
    "a host name a second time": Broken(
        FACTS, "- fjordvik.localhost", "- dalsbygd.localhost", "- dalsbygd.localhost", "hosts[1]",
        "is 'dalsbygd.localhost', which dalsbygd has too; allowed: host names of its own",
    ),
    "an unknown service": Broken(
        ENTRY_COMMON, "- trygghetsalarm", "- trygghetsallarm", "- trygghetsallarm", "services[1]",
        "is 'trygghetsallarm', which no service is called; allowed: the slug of a page in content/",
    ),
    "a page that names itself": Broken(
        SERVICE_COMMON, "owner:", "services:\n- trygghetsalarm\nowner:", "- trygghetsalarm", "services[1]",
        "is 'trygghetsalarm', the page itself; allowed: other pages",
    ),
    "a slug with capital letters": Broken(
        ENTRY_COMMON, "- snomaking", "- Snomaking", "- Snomaking", "tasks[1]",
        "is 'Snomaking'; allowed: the slug of a page of the kind task",
    ),
    "a dead internal link": Broken(
        ENTRY_NB, "service:trygghetsalarm", "service:alarm", "## yourself", "yourself",
        "links to 'service:alarm', which is not there; allowed: a page in content/",
    ),
    "a dead link to a self-check": Broken(
        ENTRY_NB, "service:trygghetsalarm", "selfcheck:who6", "## yourself", "yourself", "links to 'selfcheck:who6'"
    ),
    "a link to an unsafe address": Broken(
        ENTRY_NB, "service:trygghetsalarm", "http://avklart.example/", "## yourself", "yourself",
        "links to 'http://avklart.example/'; allowed: entry:slug, service:slug, ",
    ),
    "a link that runs a script": Broken(
        ENTRY_NB, "service:trygghetsalarm", "javascript:void", "## yourself", "yourself",
        "links to 'javascript:void'; allowed: entry:slug",
    ),
    "a link over two lines": Broken(
        ENTRY_NB, "[alarmen]", "[alarmen\nvår]", "## yourself", "yourself",
        "has a link that cannot be read; allowed: [words](target), on one line",
    ),
    "a link with a title": Broken(
        ENTRY_NB, "(service:trygghetsalarm)", '(service:trygghetsalarm "Les")', "## yourself", "yourself",
        "has a link that cannot be read; allowed: [words](target), on one line",
    ),
    "an anchor": Broken(
        ENTRY_COMMON, "audience:\n", "audience: &who\n", "audience", "audience",
        "has an anchor (&who); allowed: plain text, lists and mappings",
    ),
    "a tag": Broken(
        TASK_COMMON, "area: outdoors", "area: !!str outdoors", "area", "area",
        "has a tag (tag:yaml.org,2002:str); allowed: plain text, lists and mappings",
    ),
    "a tag that would run code": Broken(
        ENTRY_NB, "- glatt ute", "- !!python/object/apply:os.getcwd glatt ute", "- !!python", "synonyms[1]",
        "has a tag (tag:yaml.org,2002:python/object/apply:os.getcwd); allowed: plain text",
    ),
    "a second document": Broken(
        TASK_COMMON, "services:", "---\nservices:", "---", "file", "has a second document; allowed: one"
    ),
    "a quote that is not closed": Broken(
        TASK_COMMON, "- trygghetsalarm\n", '- "trygghetsalarm\n', 10, "file", "is not readable YAML (found unexpected"
    ),
    "an indent that is wrong": Broken(
        ENTRY_NB, "- glatt ute", "  glatt: ute", "- måking", "file", "is not readable YAML (did not find expected"
    ),
    "a day that is none": Broken(
        ENTRY_COMMON, "reviewed: '2026-11-22'", "reviewed: '2026-02-30'", "reviewed", "reviewed",
        "is '2026-02-30'; allowed: a date like 2026-11-22",
    ),
    "a day written with its week": Broken(
        ENTRY_COMMON, "checked: '2026-11-01'", "checked: 2026-W47-7", "checked", "sources[1].checked",
        "is '2026-W47-7'; allowed: a date like 2026-11-22",
    ),
    "a day in words": Broken(
        ENTRY_COMMON, "review_by: '2027-11-22'", "review_by: neste vår", "review_by", "review_by",
        "is 'neste vår'; allowed: a date like 2026-11-22",
    ),
    "a no without an alternative": Broken(
        TASK_COMMON, "alternatives:\n- volunteer_centre\n", "", 1, "alternatives",
        "is missing; a task that is not_normally done needs one",
    ),
    "a no without its reason": Broken(
        TASK_NB, "why: Vi måker bare veiene våre.\n", "", 1, "why",
        "is missing; a task that is not_normally done says why, and what there is instead",
    ),
    "a no without what there is instead": Broken(
        TASK_NB, "instead: Spør {volunteer_centre}.\n", "", 1, "instead", "is missing; a task that is not_normally"
    ),
    "a critical task left to volunteers": Broken(
        OTHER_TASK, "- caregiver", "- volunteer", "others", "others",
        "is only volunteer; allowed: somebody besides volunteers, it is critical",
    ),
    "an image": Broken(
        ENTRY_NB, "[alarmen]", "![alarmen]", "## yourself", "yourself",
        "has an image; allowed: ![](image:slug), an image in images/"
    ),
    "HTML": Broken(
        ENTRY_NB, "Ta på brodder.", "Ta på <b>brodder</b>.", "## yourself", "yourself",
        "has HTML (<b>); allowed: Markdown",
    ),
    "HTML in a title": Broken(
        ENTRY_NB, "title: Snø og is", "title: Snø <script>og is", "title", "title", "has HTML (<script>); allowed: M"
    ),
    "an unknown placeholder": Broken(
        ENTRY_NB, "{telephone}", "{telefon}", "## short", "short",
        "uses {telefon}, which is no fact; allowed: municipality, name, telephone, ",
    ),
    "a placeholder with a capital letter": Broken(
        TASK_NB, "{volunteer_centre}", "{Volunteer_centre}", "instead", "instead",
        "uses {Volunteer_centre}, which is no fact; allowed: municipality, ",
    ),
    "an empty section": Broken(
        ENTRY_NB, "Hvem i nabolaget kan hjelpe?\n", "", "## talk", "talk", "is empty; allowed: text, or leave"
    ),
    "an empty line": Broken(TASK_NB, "why: Vi måker bare veiene våre.", "why: ''", "why", "why", "is empty; allowed: "),
    "a list where a line belongs": Broken(
        ENTRY_NB, "title: Snø og is", "title:\n- Snø\n- is", "- Snø", "title",
        "is not a single value; allowed: one line of text",
    ),
    "a line where a list belongs": Broken(
        ENTRY_COMMON, "audience:\n- older\n", "audience: older\n", "audience", "audience",
        "is not a list; allowed: a list, one line with a hyphen for each",
    ),
    "a line where a table belongs": Broken(
        FACTS, "hours:\n  nb: hverdager kl. 8–15\n", "hours: hverdager\n", "hours", "hours",
        "is not a mapping; allowed: lines of `name: value`",
    ),
    "a list that is too long": Broken(
        ENTRY_NB, "synonyms:\n", "todo:\n" + "".join(f"- gjør {n}\n" for n in range(9)) + "synonyms:\n",
        "- gjør 0", "todo", "has 9 lines; allowed: 0 to 8",
    ),
    "a line that is too long": Broken(
        ENTRY_NB, "title: Snø og is", f"title: {'a' * 121}", "title", "title",
        "has 121 characters; allowed: at most 120",
    ),
    "a text that is too long": Broken(
        ENTRY_NB, "Ring {telephone}", "a" * 600, "## short", "short", "characters; allowed: at most 600"
    ),
    "a line with a break in it": Broken(
        ENTRY_NB, "title: Snø og is", 'title: "Snø\\nog is"', "title", "title", "has a line break; allowed: one line of"
    ),
    "a hidden character": Broken(
        ENTRY_NB, "title: Snø og is", 'title: "Snø\\a og is"', "title", "title",
        "has the character U+0007, which cannot be seen; allowed: letters, signs, spaces",
    ),
    "a tabulator": Broken(
        ENTRY_NB, "Ta på brodder.", "Ta på\tbrodder.", "Ta på", "file", "has the character U+0009, which cannot be seen"
    ),
    "a word that is none of the choices": Broken(
        TASK_COMMON, "stance: not_normally", "stance: 'no'", "stance", "stance",
        "is 'no'; allowed: normally, sometimes, not_normally",
    ),
    "a number outside its limits": Broken(
        SERVICE_COMMON, "- 2\n", "- 7\n", "- 7", "steps[2]", "is '7'; allowed: a whole number from 0 to 6"
    ),
    "yes instead of true": Broken(
        SERVICE_COMMON, "needs_decision: true", "needs_decision: yes", "needs_decision", "needs_decision",
        "is 'yes'; allowed: true, false",
    ),
    "a telephone number in words": Broken(
        FACTS, "neighbours:", "statement_url: http://uu.example\nneighbours:", "statement_url", "statement_url",
        "is 'http://uu.example'; allowed: an address that begins with https://",
    ),
    "a catalogue number of another form": Broken(
        TASK_COMMON, "number: '4.1'", "number: '4'", "number", "number", "is '4'; allowed: the number in the catalogue"
    ),
    "an ask that only one file names": Broken(
        SERVICE_NB, "lade-alarmen:", "baere-alarmen:", "asks", "asks",
        "names other asks than common.yaml; allowed: ['lade-alarmen']",
    ),
    "an unknown neighbour": Broken(
        FACTS, "- dalsbygd", "- bydalen", "- bydalen", "neighbours[1]", "is 'bydalen'; allowed: ['dalsbygd']"
    ),
    "an accent on which nobody can read": Broken(
        FACTS, "'#0b5cad'", "'#ffcc00'", "accent", "accent",
        "the colour #ffcc00 has a contrast of 1.5 to white; allowed: at least 4.5",
    ),
    "an own page without what it needs": Broken(
        OWN_PLACE_NB, "when: torsdager kl. 11\n", "", 1, "when",
        "is missing; it is required on a municipality's own page",
    ),
    "a form that is not canonical": Broken(
        TASK_COMMON, "area: outdoors\nstance: not_normally\n", "stance: not_normally\narea: outdoors\n", 2, "file",
        "is not in the canonical form; `avklart content format` writes it",
    ),
    "quotes that are not needed": Broken(
        ENTRY_NB, "- glatt ute", "- 'glatt ute'", "- 'glatt", "file", "is not in the canonical form"
    ),
    "a comment": Broken(
        ENTRY_COMMON, "tasks:\n", "# husk å spørre\ntasks:\n", "# husk", "file", "is not in the canonical form"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_one_thing_wrong_is_one_fault_on_the_right_line_and_says_what_is_allowed(folder: Folder, name: str) -> None:
    broken = BROKEN[name]
    folder.change(broken.path, broken.old, broken.new)
    line = broken.line if isinstance(broken.line, int) else folder.line_of(broken.path, broken.line)
    (fault,) = folder.faults()
    assert (fault.path, fault.line, fault.field) == (f"content/{broken.path}", line, broken.field)
    assert broken.message in fault.message
    assert str(fault) == f"content/{broken.path}:{line}: {broken.field}: {fault.message}"


AMOUNTS = ("kr 230", "kr. 230", "NOK 230", "230 kr", "1 500 kroner", "1\u00a0500 kr", "230,-", "99,50 NOK")


@pytest.mark.parametrize("amount", AMOUNTS)
def test_a_shared_text_names_no_amount_of_money(folder: Folder, amount: str) -> None:
    folder.change(SERVICE_NB, "Kommunen setter prisen.", f"Det koster {amount} i året.")
    (fault,) = folder.faults()
    assert (fault.path, fault.line) == (f"content/{SERVICE_NB}", folder.line_of(SERVICE_NB, "## cost"))
    assert fault.field == "cost"
    assert fault.message.startswith("names an amount (")
    assert fault.message.endswith("; allowed: a link to where it is set")


@pytest.mark.parametrize("text", ["Ring 113.", "Fra 65 år, 2 ganger.", "3 krav stilles.", "Kr. himmelfart", "5,5 km"])
def test_numbers_that_are_no_amounts_are_allowed(folder: Folder, text: str) -> None:
    folder.change(SERVICE_NB, "Kommunen setter prisen.", text)
    assert folder.faults() == []


def test_a_good_folder_has_no_fault(folder: Folder) -> None:
    assert folder.faults() == []


def test_a_file_that_is_not_utf8_is_named_with_the_line_of_the_first_wrong_byte(folder: Folder) -> None:
    folder.write(ENTRY_NB, (folder.root / ENTRY_NB).read_bytes().replace("på brodder".encode(), b"p\xe5 brodder"))
    (fault,) = folder.faults()
    line = folder.line_of(ENTRY_NB, "Ta p")
    assert str(fault) == f"content/{ENTRY_NB}:{line}: file: is not UTF-8; allowed: text saved as UTF-8"


@pytest.mark.parametrize(("path", "field"), [(ENTRY_NB, "file"), (ENTRY_COMMON, "file"), (FACTS, "file")])
def test_five_megabytes_of_text_are_one_fault_and_not_read(folder: Folder, path: str, field: str) -> None:
    folder.write(path, "a" * 5_000_000)
    (fault,) = folder.faults()
    assert (fault.path, fault.line, fault.field) == (f"content/{path}", 1, field)
    assert fault.message == f"has 5000000 bytes; allowed: at most {MOST_BYTES}"


@pytest.mark.parametrize("front", ["- Snø og is", "Snø og is", "[Snø, is]"])
def test_front_matter_that_is_no_mapping_is_a_fault(folder: Folder, front: str) -> None:
    folder.change(ENTRY_NB, "title: Snø og is\nsynonyms:\n- glatt ute\n- måking\n", front + "\n")
    (fault,) = folder.faults()
    assert str(fault) == f"content/{ENTRY_NB}:2: file: is not a mapping; allowed: lines of `name: value`"


@pytest.mark.parametrize("text", ["", "Bare tekst\n", "---\ntitle: Snø\n", " ---\ntitle: Snø\n---\n"])
def test_a_page_without_front_matter_is_a_fault(folder: Folder, text: str) -> None:
    folder.write(ENTRY_NB, text)
    (fault,) = folder.faults()
    assert str(fault) == (
        f"content/{ENTRY_NB}:1: front matter: is missing; allowed: lines of `name: value` between two lines of ---"
    )


def test_an_alias_is_named_where_it_stands_and_not_where_its_anchor_does(folder: Folder) -> None:
    folder.change(ENTRY_COMMON, "situations:\n- plan_ahead\n", "situations: &plan\n- plan_ahead\n")
    folder.change(ENTRY_COMMON, "areas:\n- age_friendly\n", "areas: *plan\n")
    found = {(fault.line, fault.field): fault.message for fault in folder.faults() if " a" in fault.message[:7]}
    allowed = "; allowed: plain text, lists and mappings"
    assert found == {
        (folder.line_of(ENTRY_COMMON, "situations"), "situations"): f"has an anchor (&plan){allowed}",
        (folder.line_of(ENTRY_COMMON, "areas"), "areas"): f"has an alias (*plan){allowed}",
    }


def test_aliases_of_aliases_are_not_followed(folder: Folder) -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    folder.write(TASK_COMMON, f"a0: &a0 [x]\n{levels}")
    faults = folder.faults()
    assert len([fault for fault in faults if "alias" in fault.message]) == 11 * 9
    assert {fault.path for fault in faults} == {f"content/{TASK_COMMON}"}


@pytest.mark.parametrize("text", ["x: " + "[" * 100_000, "x: " + "{a: " * 30_000, "- " * 100_000 + "x", "? " * 90_000])
def test_nesting_without_end_is_a_fault_and_not_a_crash(folder: Folder, text: str) -> None:
    folder.write(TASK_COMMON, text)
    (fault,) = [fault for fault in folder.faults() if "deep" in fault.message]
    assert (fault.path, fault.line) == (f"content/{TASK_COMMON}", 1)
    assert fault.message == "is nested too deep; allowed: 20 levels"


@pytest.mark.parametrize("text", ["[" * 250_000, "1" * 250_000, "1 " * 120_000 + "x", "<a" * 120_000, "[](" * 80_000])
def test_a_text_that_would_take_a_check_hours_is_cut_before_it_is_checked(folder: Folder, text: str) -> None:
    folder.change(ENTRY_NB, "Hvem i nabolaget kan hjelpe?", text)
    line = folder.line_of(ENTRY_NB, "## talk")
    message = f"has {len(text.strip())} characters; allowed: at most 8000"
    assert Fault(f"content/{ENTRY_NB}", line, "talk", message) in folder.faults()


@pytest.mark.parametrize(
    ("raw", "character"),
    [(b"\r", "U+000D"), (b"\x00", "U+0000"), (b"\xef\xbb\xbf", "U+FEFF"), ("\u2028".encode(), "U+2028")],
)
@pytest.mark.parametrize("path", [ENTRY_NB, ENTRY_COMMON])
def test_a_character_that_nobody_sees_is_named_on_its_line(
    folder: Folder, path: str, raw: bytes, character: str
) -> None:
    lines = (folder.root / path).read_bytes().split(b"\n")
    lines[3] += raw
    folder.write(path, b"\n".join(lines))
    (fault,) = folder.faults()
    message = f"has the character {character}, which cannot be seen; allowed: letters, signs, spaces, LF"
    assert fault == Fault(f"content/{path}", 4, "file", message)


@pytest.mark.parametrize(
    "path",
    [
        "shared/entry/sno/nb.md", "shared/entries/Sno/nb.md", "shared/entries/sno/sv.md", "shared/entries/sno.md",
        "shared/entries/sno/nb.txt", "shared/unknown.yaml", "notes.md", "municipalities/Fjordvik/facts.yaml",
        "municipalities/fjordvik/staircase.yaml", "shared/foreign/pl/nb.md", "shared/entries/a/b/nb.md",
    ],
)  # fmt: skip
def test_a_file_where_none_belongs_is_a_fault(folder: Folder, path: str) -> None:
    folder.write(path, "x")
    (fault,) = folder.faults()
    assert (fault.path, fault.line, fault.field) == (f"content/{path}", 1, "path")
    assert fault.message.startswith("is no place for a content file; allowed: shared/<folder>/<slug>/common.yaml or ")


def test_hidden_files_are_left_alone(folder: Folder) -> None:
    folder.write(".DS_Store", b"\x00")
    folder.write("shared/.git/config", "x")
    assert folder.faults() == []


def test_a_file_name_that_is_not_utf8_is_a_fault_that_can_be_printed(folder: Folder) -> None:
    os.close(os.open(os.fsencode(folder.root) + b"/shared/p\xe5ske.md", os.O_CREAT))
    (fault,) = folder.faults()
    assert fault.path == r"content/shared/p\xe5ske.md"
    assert fault.field == "path"
    str(fault).encode()


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    (fault,) = Folder(tmp_path / "contnet").faults()
    assert (fault.line, fault.field) == (1, "folder")
    assert fault.message == "is not there; allowed: a folder with content files"


def test_a_page_needs_its_common_part_and_a_text_in_bokmal(folder: Folder) -> None:
    folder.remove(ENTRY_COMMON)
    folder.remove(SERVICE_NB)
    assert [str(fault) for fault in folder.faults()] == [
        f"content/{ENTRY_NB}:1: common.yaml: is missing; allowed: a page with common.yaml and a text",
        f"content/{SERVICE_COMMON}:1: nb.md: is missing; allowed: a text in bokmål, and in other languages beside it",
    ]


def test_a_municipalitys_own_page_may_be_in_its_own_language_alone(folder: Folder) -> None:
    text = (folder.root / OWN_PLACE_NB).read_bytes()
    folder.remove(OWN_PLACE_NB)
    folder.write(OWN_PLACE_NB.replace("nb.md", "nn.md"), text)
    assert folder.faults() == []


def test_a_municipality_needs_its_facts(folder: Folder) -> None:
    folder.remove(FACTS)
    faults = folder.faults()
    assert {fault.field for fault in faults} == {"municipality"}
    assert {fault.message for fault in faults} == {"'fjordvik' has no facts.yaml; allowed: ['dalsbygd']"}
    assert {fault.path for fault in faults} == {
        f"content/{path}" for path in (OWN_PLACE, OWN_PLACE_NB, "municipalities/fjordvik/entries/sno-og-is/nb.md")
    }


def test_an_unreadable_file_is_one_fault_and_is_not_said_to_be_missing(folder: Folder) -> None:
    for path in (ENTRY_COMMON, SERVICE_NB, FACTS):
        folder.write(path, b"\xff")
    assert [(fault.path, fault.field) for fault in folder.faults()] == [
        (f"content/{FACTS}", "file"), (f"content/{ENTRY_COMMON}", "file"), (f"content/{SERVICE_NB}", "file"),
    ]  # fmt: skip


def test_a_shared_page_cannot_lean_on_a_page_that_only_one_municipality_has(folder: Folder) -> None:
    folder.write("municipalities/fjordvik/entries/eget/common.yaml", (folder.root / ENTRY_COMMON).read_bytes())
    folder.write("municipalities/fjordvik/entries/eget/nb.md", (folder.root / ENTRY_NB).read_bytes())
    own = "municipalities/fjordvik/entries/sno-og-is/nb.md"
    folder.change(own, "service:trygghetsalarm", "entry:eget")
    assert folder.faults() == []
    folder.change(ENTRY_NB, "service:trygghetsalarm", "entry:eget")
    (fault,) = folder.faults()
    assert fault.path == f"content/{ENTRY_NB}"
    assert fault.message.startswith("links to 'entry:eget', which is not there")


def test_a_municipalitys_task_cannot_take_a_shared_tasks_number(folder: Folder) -> None:
    base = "municipalities/dalsbygd/tasks/egen"
    folder.write(f"{base}/common.yaml", "number: '4.1'\narea: outdoors\nstance: normally\n")
    folder.write(f"{base}/nb.md", "---\ntitle: Egen\n---\n")
    (fault,) = folder.faults()
    assert (fault.path, fault.line, fault.field) == (f"content/{base}/common.yaml", 1, "number")
    assert fault.message == "is '4.1', which snomaking has too; allowed: a number of its own"
    folder.change(f"{base}/common.yaml", "'4.1'", "'4.3'")
    assert folder.faults() == []


def test_a_municipality_may_change_its_own_stance_and_then_needs_the_reason(folder: Folder) -> None:
    base = "municipalities/dalsbygd/tasks/stroing"
    folder.write(f"{base}/common.yaml", "stance: not_normally\n")
    faults = folder.faults()
    assert {(fault.path.removeprefix("content/"), fault.field) for fault in faults} >= {
        (f"{base}/common.yaml", "alternatives"),
    }
    assert {fault.field for fault in faults} == {"alternatives", "why", "instead"}
    folder.write(f"{base}/common.yaml", "stance: not_normally\nalternatives:\n- taxi\n")
    folder.write(f"{base}/nb.md", "---\nwhy: Vi strør bare våre veier.\ninstead: Ring {taxi}.\n---\n")
    assert folder.faults() == []


def test_a_signpost_needs_somewhere_to_point(folder: Folder) -> None:
    base = "shared/services/nav"
    folder.write(
        f"{base}/common.yaml",
        "signpost: true\nsteps:\n- 0\nowner: social_services\nreviewed: '2026-11-22'\nreview_by: '2027-11-22'\n",
    )
    folder.write(f"{base}/nb.md", "---\ntitle: NAV\n---\n\n## short\n\nNAV gir råd.\n")
    (fault,) = folder.faults()
    assert (fault.path, fault.field) == (f"content/{base}/common.yaml", "url")
    assert fault.message == "is missing; a signpost has a url or a contact"
    folder.change(f"{base}/common.yaml", "owner:", "contact: nav\nowner:")
    assert folder.faults() == []


def test_an_ask_without_its_slug_is_a_fault_and_not_a_crash(folder: Folder) -> None:
    folder.change(SERVICE_COMMON, "- slug: lade-alarmen\n  who: resident", "- who: resident")
    assert (f"content/{SERVICE_COMMON}", folder.line_of(SERVICE_COMMON, "- who"), "asks[1].slug") in {
        (fault.path, fault.line, fault.field) for fault in folder.faults()
    }


def test_the_picture_of_the_stairs_must_be_one_that_is_drawn(folder: Folder) -> None:
    step = "    - name:\n        nb: Trinn {0}\n      text:\n        nb: Mer hjelp.\n      covers:\n      - {0}\n"
    folder.write(
        "shared/staircase.yaml",
        "title:\n  nb: Trappen\nprinciple:\n  nb: Lavest mulig.\npictures:\n  tree:\n    title:\n      nb: Treet\n"
        "    lead:\n      nb: Et tre.\n    steps:\n" + "".join(step.format(number) for number in range(3)),
    )
    assert {(fault.path, fault.field, fault.message) for fault in folder.faults()} == {
        ("content/municipalities/fjordvik/facts.yaml", "picture", "is 'stairs'; allowed: ['tree']"),
        ("content/municipalities/dalsbygd/facts.yaml", "picture", "is 'stairs'; allowed: ['tree']"),
    }


def test_a_text_that_is_hard_to_read_is_a_fault(folder: Folder) -> None:
    hard = "Kommunehelsetjenestens saksbehandlingsrutiner forutsetter gjennomgående tverrfaglighet " * 12
    folder.change(ENTRY_NB, "Hvem i nabolaget kan hjelpe?", hard.strip() + ".")
    (fault,) = folder.faults()
    assert (fault.path, fault.line, fault.field) == (f"content/{ENTRY_NB}", 1, "text")
    assert fault.message.endswith("; allowed: at most 48")


def test_everything_that_is_wrong_is_said_at_once(folder: Folder) -> None:
    folder.change(ENTRY_COMMON, "- trygghetsalarm", "- trygghetsallarm")
    folder.change(ENTRY_COMMON, "owner: service_centre", "owner: nobody")
    folder.change(ENTRY_NB, "{telephone}", "{telefon}")
    folder.change(ENTRY_NB, "Ta på brodder.", "Ta på <b>brodder</b>, se ![bilde](x) og [fall](entry:fall).")
    folder.write(SERVICE_NB, b"\xff")
    folder.change(TASK_COMMON, "alternatives:\n- volunteer_centre\n", "")
    folder.change(OTHER_TASK, "'4.2'", "'4.1'")
    folder.change(FACTS, "- fjordvik.localhost", "- Fjordvik")
    folder.write("shared/utkast.md", "x")
    found = [(fault.path.removeprefix("content/"), fault.line, fault.field) for fault in folder.faults()]
    assert found == [
        (FACTS, 4, "hosts[1]"),
        (ENTRY_COMMON, 8, "services[1]"),
        (ENTRY_COMMON, 15, "owner"),
        (ENTRY_NB, 8, "short"),
        (ENTRY_NB, 12, "yourself"),  # HTML
        (ENTRY_NB, 12, "yourself"),  # the image
        (ENTRY_NB, 12, "yourself"),  # the link
        (SERVICE_NB, 1, "file"),
        (TASK_COMMON, 1, "alternatives"),
        (OTHER_TASK, 1, "number"),
        ("shared/utkast.md", 1, "path"),
    ]


@pytest.mark.parametrize("name", ["", "a", "a.b", "a[1]", "a[1].b[2].c", "a[b", "a]b.", "[", ".", ".."])
def test_the_line_of_a_field_is_its_own_or_that_of_what_it_stands_in(name: str) -> None:
    key = PageKey(None, ENTRY.name, "x", COMMON)
    reading = Reading(lines={(key, "a[1]"): 7, (key, "a[1].b"): 8})
    expected = {"a[1]": 7, "a[1].b[2].c": 8}
    assert reading.line(key, name) == expected.get(name, 1)
