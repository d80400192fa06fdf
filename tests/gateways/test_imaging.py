"""What comes in as an image, and what goes on: the picture alone, drawn anew; everything else is refused and said."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.factories.images import CANARY, SVG, drawn, file, photograph, png_of_size
from webapp.content.domain.images import MOST_BYTES as MOST_KEPT
from webapp.content.domain.images import WIDTHS, is_picture_only
from webapp.gateways.imaging import MOST_BYTES, ImageRefusedError, Refusal, make_forms


def refusal(body: bytes) -> Refusal:
    with pytest.raises(ImageRefusedError) as caught:
        make_forms(body, WIDTHS)
    return caught.value.refusal


@pytest.mark.parametrize(
    ("width", "sizes"),
    [
        (2000, [(640, 320), (1280, 640)]), (1280, [(640, 320), (1280, 640)]), (900, [(640, 320), (900, 450)]),
        (640, [(640, 320)]), (400, [(400, 200)]),
    ],
)  # fmt: skip
def test_an_image_is_made_at_two_widths_and_never_larger_than_it_was(width: int, sizes: list[tuple[int, int]]) -> None:
    made = make_forms(photograph(width, width // 2), WIDTHS)
    assert [(form.width, form.height) for form in made] == sizes
    for form in made:
        with Image.open(BytesIO(form.body)) as seen:
            assert (seen.format, seen.size) == ("WEBP", (form.width, form.height))
        assert len(form.body) < MOST_KEPT


def test_nothing_that_a_camera_wrote_into_an_image_is_left() -> None:
    body = photograph()
    assert CANARY in body
    for form in make_forms(body, WIDTHS):
        assert CANARY not in form.body
        assert is_picture_only(form.body)
        with Image.open(BytesIO(form.body)) as seen:
            assert not seen.getexif()
            assert not {"exif", "xmp", "icc_profile", "comment"} & set(seen.info)


def test_an_image_that_lies_on_its_side_is_turned_before_that_is_forgotten() -> None:
    assert [(form.width, form.height) for form in make_forms(photograph(900, 600, turned=True), WIDTHS)] == [(600, 900)]


@pytest.mark.parametrize(
    ("mode", "kind", "seen_as"),
    [
        ("RGB", "JPEG", "RGB"), ("L", "JPEG", "RGB"), ("CMYK", "JPEG", "RGB"), ("RGB", "PNG", "RGB"),
        ("P", "PNG", "RGB"), ("1", "PNG", "RGB"), ("RGBA", "PNG", "RGBA"), ("LA", "PNG", "RGBA"),
    ],
)  # fmt: skip
def test_every_way_in_which_colours_are_written_is_understood(mode: str, kind: str, seen_as: str) -> None:
    source = drawn().convert("RGBA" if seen_as == "RGBA" else "RGB")
    if seen_as == "RGBA":
        source.putalpha(Image.linear_gradient("L").resize(source.size))
    made = make_forms(file(source.convert(mode), kind), WIDTHS)
    with Image.open(BytesIO(made[0].body)) as seen:
        assert seen.mode == seen_as


def test_the_same_image_has_the_same_digest_and_another_has_another() -> None:
    first, again, other = (make_forms(photograph(*size), WIDTHS) for size in ((900, 600), (900, 600), (900, 500)))
    assert [form.digest for form in first] == [form.digest for form in again]
    assert {form.digest for form in first}.isdisjoint(form.digest for form in other)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", Refusal.EMPTY),
        (b"\xff\xd8\xff" + b"x" * MOST_BYTES, Refusal.TOO_LARGE),
        (b"Hei, dette er tekst.", Refusal.NOT_AN_IMAGE),
        (b"<html><script>alert(1)</script>", Refusal.NOT_AN_IMAGE),
        (b"MZ\x90\0", Refusal.NOT_AN_IMAGE),
        (SVG, Refusal.DRAWING),
        (b"\xef\xbb\xbf<?xml version='1.0'?>" + SVG, Refusal.DRAWING),
        (b"<!-- x -->" + SVG, Refusal.DRAWING),
        (file(drawn(), "GIF"), Refusal.OTHER_TYPE),
        (file(drawn(), "WEBP"), Refusal.OTHER_TYPE),
        (file(drawn(), "TIFF"), Refusal.OTHER_TYPE),
        (file(drawn(), "BMP"), Refusal.OTHER_TYPE),
        (b"\0\0\0\x18ftypheic", Refusal.OTHER_TYPE),
        (b"%PDF-1.7\n" + photograph(), Refusal.OTHER_TYPE),
        (b"\xff\xd8\xffHei", Refusal.BROKEN),
        (photograph()[:3000], Refusal.BROKEN),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, Refusal.BROKEN),
        (png_of_size(900, 600), Refusal.BROKEN),
        (png_of_size(60_000, 60_000), Refusal.TOO_MANY_POINTS),
        (png_of_size(5000, 5000), Refusal.TOO_MANY_POINTS),
        (file(drawn(200, 150)), Refusal.TOO_SMALL),
        (file(drawn(2000, 300)), Refusal.TOO_NARROW),
        (file(drawn(), "PNG", save_all=True, append_images=[drawn(mode="L").convert("RGB")]), Refusal.MOVES),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_image_that_stands_still_is_refused_with_its_reason(body: bytes, why: Refusal) -> None:
    assert refusal(body) is why


@pytest.mark.parametrize("more", [b"PK\x03\x04kanari.zip", b"<script>kanari()</script>", b"GIF89a/*kanari*/"])
def test_of_a_file_that_is_an_image_and_something_else_only_the_image_is_left(more: bytes) -> None:
    for body in (photograph() + more, file(drawn(), comment=more), file(drawn(), "PNG") + more):
        for form in make_forms(body, WIDTHS):
            assert b"kanari" not in form.body
            assert is_picture_only(form.body)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_however_a_file_is_damaged_it_is_an_image_or_refused(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(WHOLE)))
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    try:
        made = make_forms(bytes(body[:cut]), WIDTHS)
    except ImageRefusedError:
        return
    assert all(is_picture_only(form.body) for form in made)


WHOLE = (photograph(320, 240), file(drawn(320, 240), "PNG"), file(drawn(320, 240), progressive=True))
