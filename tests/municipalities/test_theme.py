"""A municipality's colours: contrast as WCAG defines it, and that every accepted colour can be read everywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.errors import InvalidError
from webapp.municipalities.domain.theme import (
    SHAPE_CONTRAST,
    TEXT_CONTRAST,
    Scheme,
    check_accent,
    contrast,
    dark,
    light,
    luminance,
    mix,
    stylesheet,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
ACCENTS = COLOURS.filter(lambda colour: contrast(colour, "#ffffff") >= TEXT_CONTRAST)
LIGHT_PAGE, DARK_PAGE = "#ffffff", "#15191e"


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48), ("#949494", "#ffffff", 3.03), ("#ff0000", "#ffffff", 4.0),
        ("#00ff00", "#ffffff", 1.37), ("#0000ff", "#ffffff", 8.59), ("#595959", "#ffffff", 7.0),
        ("#ffff00", "#000000", 19.56),
    ],
)  # fmt: skip
def test_contrast_is_what_wcag_says_of_well_known_colours(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.006)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize(
    ("colour", "value"),
    [("#000000", 0.0), ("#ffffff", 1.0), ("#ff0000", 0.2126), ("#00ff00", 0.7152), ("#0000ff", 0.0722)],
)
def test_luminance_weighs_the_channels(colour: str, value: float) -> None:
    assert luminance(colour) == pytest.approx(value, abs=1e-9)


def test_the_dark_channels_of_a_colour_are_linear() -> None:
    assert luminance("#0a0a0a") == pytest.approx(10 / 255 / 12.92)
    assert luminance("#0b0b0b") == pytest.approx(((11 / 255 + 0.055) / 1.055) ** 2.4)


@given(COLOURS, COLOURS)
def test_mixing_goes_from_one_colour_to_the_other(one: str, other: str) -> None:
    assert mix(one, other, 0) == one
    assert mix(one, other, 1) == other
    low, high = sorted([luminance(one), luminance(other)])
    assert low - 0.01 <= luminance(mix(one, other, 0.5)) <= high + 0.01


def test_mixing_is_done_in_linear_light() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#bcbcbc"


@given(COLOURS)
def test_a_colour_is_accepted_exactly_where_white_text_can_be_read_on_it(colour: str) -> None:
    if contrast(colour, "#ffffff") >= 4.5:
        check_accent(colour)
        light(colour)
    else:
        with pytest.raises(InvalidError, match=rf"{colour} has a contrast of .* to white; allowed: at least 4\.5"):
            check_accent(colour)
        with pytest.raises(InvalidError):
            light(colour)


def assert_readable(scheme: Scheme, page: str) -> None:
    """Hold a scheme against WCAG 1.4.3 and 1.4.11 on every surface on which our pages put it."""
    tokens = scheme.tokens
    tinted = [page, tokens["background-tinted"], tokens["surface-tinted"], tokens["surface-hover"]]
    for surface in tinted:
        assert contrast(tokens["text-subtle"], surface) >= TEXT_CONTRAST
    for surface in [*tinted, tokens["surface-active"]]:
        assert contrast(tokens["text-default"], surface) >= 7
    for base in ("base-default", "base-hover", "base-active"):
        assert contrast(tokens["base-contrast-default"], tokens[base]) >= TEXT_CONTRAST
        assert contrast(tokens["base-contrast-subtle"], tokens[base]) >= TEXT_CONTRAST
    for border in ("border-default", "border-strong"):
        assert contrast(tokens[border], page) >= SHAPE_CONTRAST


@given(ACCENTS)
def test_the_light_theme_can_be_read_for_any_accepted_colour(accent: str) -> None:
    assert_readable(light(accent), LIGHT_PAGE)
    assert light(accent).tokens["base-default"] == accent


@given(ACCENTS)
def test_the_dark_theme_can_be_read_for_any_accepted_colour(accent: str) -> None:
    assert_readable(dark(accent), DARK_PAGE)
    assert contrast(dark(accent).tokens["text-subtle"], DARK_PAGE) >= 7


@pytest.mark.parametrize("accent", ["#767676", "#000000", "#338800", "#aa6611", "#dd00aa", "#0000ff", "#00807c"])
def test_the_hardest_colours_can_be_read_too(accent: str) -> None:
    assert_readable(light(accent), LIGHT_PAGE)
    assert_readable(dark(accent), DARK_PAGE)


@given(ACCENTS)
def test_both_schemes_have_the_same_tokens(accent: str) -> None:
    assert set(light(accent).tokens) == set(dark(accent).tokens)


@given(ACCENTS)
def test_a_stylesheet_holds_tokens_and_nothing_else(accent: str) -> None:
    css = stylesheet(accent)
    rules = r"(--ds-color-accent-[a-z-]+:#[0-9a-f]{6};)+"
    layer = re.escape("@layer ds.theme.municipality{")
    assert re.fullmatch(
        rf"{layer}:root\{{{rules}\}}@media \(prefers-color-scheme:dark\)\{{:root\{{{rules}\}}\}}\}}", css
    )
    assert css.count("--ds-color-accent-base-default:") == 2


@pytest.mark.parametrize("colour", ["#ffffff", "#ffcc00", "#777777", "#00ff00"])
def test_a_colour_that_is_refused_makes_no_stylesheet(colour: str) -> None:
    with pytest.raises(InvalidError):
        stylesheet(colour)
