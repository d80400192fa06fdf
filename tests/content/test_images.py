"""Images in content: in files and back, in the database, and as readers get them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.content import Folder, contents, make_folder, part, two_municipalities
from tests.factories.images import forms, photograph
from tests.factories.site import DALSBYGD, FJORDVIK, ask, look_now
from webapp.app import Avklart
from webapp.content import actions, files, queries
from webapp.content.cli import faults_of, import_folder
from webapp.content.domain import images
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.models import ImageRow
from webapp.storage.session import Database

FORMS = forms()
SAID = {"nb": "En mann går med rullator", "nn": "Ein mann går med rullator", "en": "A man walks with a frame"}
KEY = PageKey(None, "image", "rullator", COMMON)
FILE = "shared/images/rullator.yaml"
ENTRY = "shared/entries/sno-og-is/nb.md"


def told(**more: Any) -> dict[str, Any]:
    """Answer what is told of an image."""
    lines = [{"width": form.width, "height": form.height, "digest": form.digest} for form in FORMS]
    return {"alt": SAID, **more, "forms": lines}


BODIES = {form.digest: form.body for form in FORMS}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A content folder with an image in it, and an entry that shows it."""
    made = make_folder(tmp_path / "content")
    list(files.write_tree([PagePart(KEY, told())], made.root, BODIES.get))
    made.change(ENTRY, "Ta på brodder.", "Ta på brodder.\n\n![](image:rullator)\n\n")
    return made


def said(folder: Folder) -> list[tuple[str, str]]:
    return [(fault.field, fault.message.split(";")[0]) for fault in faults_of(files.read_tree(folder.root))]


def test_an_image_in_a_folder_is_taken_over_and_exported_as_the_same_bytes(
    any_database: Database, folder: Folder, tmp_path: Path
) -> None:
    before = contents(folder.root)
    done, faults = import_folder(any_database, folder.root)
    assert (faults, done is not None and KEY in done.added) == ([], True)
    with any_database.reading() as session:
        written = list(
            files.write_tree(
                queries.all_parts(session), tmp_path / "out", lambda digest: queries.image(session, digest)
            )
        )
    assert len(written) == len(before)
    assert contents(tmp_path / "out") == before
    assert {f"rullator-{form.width}.webp" for form in FORMS} <= {path.name for path in written}


def test_the_folder_with_an_image_has_no_fault(folder: Folder) -> None:
    assert said(folder) == []


def _webp(folder: Folder) -> Path:
    return folder.root / "shared/images/rullator-640.webp"


def test_a_form_that_is_missing_unknown_or_another_is_a_fault(folder: Folder) -> None:
    good = _webp(folder).read_bytes()
    _webp(folder).write_bytes((folder.root / "shared/images/rullator-900.webp").read_bytes())
    assert said(folder) == [("forms[1]", "rullator-640.webp has another digest than is told")]
    _webp(folder).write_bytes(photograph())
    assert said(folder) == [("forms[1]", "rullator-640.webp is no WebP with a picture and nothing else")]
    _webp(folder).write_bytes(good + b"kanari")
    assert said(folder) == [("forms[1]", "rullator-640.webp is no WebP with a picture and nothing else")]
    _webp(folder).write_bytes(b"RIFF" + b"x" * images.MOST_BYTES)
    assert said(folder) == [("forms[1]", "rullator-640.webp is too large")]
    _webp(folder).unlink()
    assert said(folder) == [("forms[1]", "rullator-640.webp is not there")]
    _webp(folder).write_bytes(good)
    (folder.root / "shared/images/annet-640.webp").write_bytes(good)
    assert said(folder) == [("path", "is no place for a content file")]


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"alt": {"nb": "x", "nn": "y"}}, "alt.en"), ({"alt": {"nb": "x", "en": "y"}}, "alt.nn"),
        ({"decorative": True}, "alt"),
    ],
)  # fmt: skip
def test_an_image_says_what_it_shows_in_every_language_or_is_decorative(
    folder: Folder, fields: dict[str, Any], place: str
) -> None:
    list(files.write_tree([PagePart(KEY, told(**fields))], folder.root))
    assert [at for at, _ in said(folder)] == [place]


def test_a_decorative_image_needs_no_words(folder: Folder) -> None:
    fields = told(decorative=True)
    del fields["alt"]
    list(files.write_tree([PagePart(KEY, fields)], folder.root))
    assert said(folder) == []


def test_an_image_that_is_not_there_or_stands_where_none_is_shown_is_a_fault(folder: Folder) -> None:
    folder.change(ENTRY, "image:rullator", "image:borte")
    assert said(folder) == [("yourself", "shows 'image:borte', which is not there")]
    folder.change(ENTRY, "image:borte", "image:rullator")
    folder.change(ENTRY, "Ring {telephone}", "![](image:rullator) Ring {telephone}")
    assert said(folder) == [("short", "has an image")]


@pytest.mark.parametrize(
    "body", [b"", b"RIFF", b"RIFF\x04\0\0\0WEBP", b"RIFF\x0c\0\0\0WEBPEXIF\0\0\0\0", photograph(), b"RIFF" * 400]
)
def test_what_is_no_bare_picture_is_told_from_one(body: bytes) -> None:
    assert not images.is_picture_only(body)
    assert images.is_picture_only(FORMS[0].body)


def _kept(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(ImageRow.digest)))


def test_what_no_part_tells_of_any_more_is_forgotten(database: Database) -> None:
    parts = two_municipalities(PagePart(KEY, told()))
    with database.writing() as session:
        actions.import_parts(session, parts, fingerprint="1", at=NOON, images=BODIES)
    assert _kept(database) == set(BODIES)
    with database.writing() as session:
        actions.import_parts(session, two_municipalities(), fingerprint="2", at=NOON)
    assert _kept(database) == set()


def test_an_image_taken_away_here_leaves_what_another_image_uses(database: Database) -> None:
    own = KEY._replace(municipality="fjordvik")
    with database.writing() as session:
        both = [PagePart(KEY, told()), PagePart(own, told())]
        actions.import_parts(session, two_municipalities(*both), fingerprint="1", at=NOON, images=BODIES)
        actions.remove_image(session, own, at=NOON)
    assert _kept(database) == set(BODIES)
    with database.writing() as session:
        actions.remove_image(session, KEY, at=NOON)
        actions.remove_image(session, KEY, at=NOON)
    assert _kept(database) == set()


def test_the_texts_that_show_an_image_are_known(any_database: Database) -> None:
    parts = [
        part("page", "om", "nb", body="![](image:rullator)"), part("page", "om", "nn", body="![x](image:rullator-ny)"),
        part("page", "ung", "en", "fjordvik", local="Se ![frame](image:rullator)."),
    ]  # fmt: skip
    with any_database.writing() as session:
        actions.import_parts(session, two_municipalities(*parts), fingerprint="1", at=NOON)
        shown = queries.places_of_image(session, KEY)
        assert [(found.slug, found.language) for found in shown] == [("om", "nb"), ("ung", "en")]
        own = queries.places_of_image(session, KEY._replace(municipality="fjordvik"))
        assert [found.slug for found in own] == ["ung"]


@pytest.fixture
def shown(avklart: Avklart) -> Avklart:
    """The site, with an image of Fjordvik's that the shared page on falls shows."""
    entry = PageKey(None, "entry", "fall", "nb")
    with avklart.database.writing() as session:
        fields = next(one.fields for one in queries.all_parts(session) if one.key == entry)
        actions.keep_images(session, BODIES)
        actions.publish(session, KEY._replace(municipality="fjordvik"), told(), at=NOON)
        actions.publish(session, entry, {**fields, "yourself": "Stå stødig.\n\n![](image:rullator)"}, at=NOON)
    look_now(avklart)
    return avklart


def test_a_page_shows_the_image_with_its_size_its_words_and_two_widths(shown: Avklart) -> None:
    page = BeautifulSoup(ask(shown.front, "/nb/abc/fall", host=FJORDVIK).text, "html5lib")
    image = page.select_one("main img")
    assert image is not None
    assert image.attrs == {
        "src": images.address(FORMS[1].digest), "width": "900", "height": "600", "alt": SAID["nb"], "loading": "lazy",
        "decoding": "async", "sizes": "(max-width: 45rem) 100vw, 42rem",
        "srcset": ", ".join(f"{images.address(form.digest)} {form.width}w" for form in FORMS),
    }  # fmt: skip


def test_a_municipality_whose_image_it_is_not_shows_the_text_alone_and_does_not_give_it(shown: Avklart) -> None:
    page = ask(shown.front, "/nb/abc/fall", host=DALSBYGD).text
    assert "<img" not in page
    assert "image:rullator" not in page
    assert ask(shown.front, images.address(FORMS[0].digest), host=DALSBYGD).status == 404


def test_an_image_is_served_for_ever_as_a_picture_and_nothing_else(shown: Avklart) -> None:
    answer = ask(shown.front, images.address(FORMS[0].digest), host=FJORDVIK)
    assert (answer.status, answer.body) == (200, FORMS[0].body)
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    etag = {"If-None-Match": answer.headers["ETag"]}
    assert ask(shown.front, images.address(FORMS[0].digest), host=FJORDVIK, headers=etag).status == 304


@pytest.mark.parametrize("digest", ["0" * 64, "x", "..%2f..%2fetc%2fpasswd", "0" * 63 + "é"])
def test_an_address_of_no_image_is_not_found(standing: Avklart, digest: str) -> None:
    assert ask(standing.front, f"/bilde/{digest}.webp".encode().decode("latin-1")).status == 404
