"""A municipality's colour: the tokens that one accent colour gives, and whether it can be read.

Contrast as WCAG 2.2 defines it (relative luminance, 1.4.3 and 1.4.11); mixing is done in linear light.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from webapp.kernel.errors import InvalidError

Rgb = tuple[float, float, float]

TEXT_CONTRAST = 4.5
_COLOUR = re.compile("#[0-9a-f]{6}")
SHAPE_CONTRAST = 3.0
_WHITE = (1.0, 1.0, 1.0)
_LIGHT_PAGE = "#ffffff"
_DARK_PAGE = "#15191e"


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _parse(colour: str) -> Rgb:
    return tuple(_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))  # type: ignore[return-value]


def _write(colour: Rgb) -> str:
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, channel)))):02x}" for channel in colour)


def luminance(colour: str) -> float:
    """Answer the relative luminance of a colour written #rrggbb, from 0 (black) to 1 (white)."""
    red, green, blue = _parse(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Answer the contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """Answer a colour mixed with a share (0 to 1) of another one, in linear light."""
    return _write(tuple(a + (b - a) * share for a, b in zip(_parse(colour), _parse(other), strict=True)))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Scheme:
    """The tokens of one colour scheme: name (without its prefix) to colour."""

    tokens: dict[str, str]


def check_accent(accent: str) -> None:
    """Refuse an accent colour on which white text, or which on a white page, cannot be read."""
    found = contrast(accent, _LIGHT_PAGE)
    if found < TEXT_CONTRAST:
        message = f"the colour {accent} has a contrast of {found:.1f} to white; allowed: at least {TEXT_CONTRAST}"
        raise InvalidError(message)


def _readable(colour: str, on: str, least: float, *, towards: str) -> str:
    """Answer a colour moved towards black or white until it can be read on another one."""
    while contrast(colour, on) < least:
        colour = mix(colour, towards, 0.1)
    return colour


def light(accent: str) -> Scheme:
    """Answer the light scheme's tokens for an accent colour; links stay readable on its tinted surfaces."""
    check_accent(accent)
    hover = mix(accent, "#ffffff", 0.86)
    return Scheme(
        {
            "background-tinted": mix(accent, "#ffffff", 0.96),
            "surface-tinted": mix(accent, "#ffffff", 0.92),
            "surface-hover": hover,
            "surface-active": mix(accent, "#ffffff", 0.8),
            "border-subtle": mix(accent, "#ffffff", 0.7),
            "border-default": accent,
            "border-strong": mix(accent, "#000000", 0.3),
            "text-subtle": _readable(accent, hover, TEXT_CONTRAST, towards="#000000"),
            "text-default": mix(accent, "#000000", 0.6),
            "base-default": accent,
            "base-hover": mix(accent, "#000000", 0.25),
            "base-active": mix(accent, "#000000", 0.45),
            "base-contrast-subtle": "#ffffff",
            "base-contrast-default": "#ffffff",
        }
    )


def dark(accent: str) -> Scheme:
    """Answer the dark scheme's tokens: the accent made light until it can be read on the dark page."""
    hover = mix(accent, _DARK_PAGE, 0.78)
    readable = _readable(accent, _DARK_PAGE, 7, towards="#ffffff")
    readable = _readable(readable, hover, TEXT_CONTRAST, towards="#ffffff")
    return Scheme(
        {
            "background-tinted": mix(accent, _DARK_PAGE, 0.93),
            "surface-tinted": mix(accent, _DARK_PAGE, 0.86),
            "surface-hover": hover,
            "surface-active": mix(accent, _DARK_PAGE, 0.7),
            "border-subtle": mix(readable, _DARK_PAGE, 0.8),
            "border-default": readable,
            "border-strong": mix(readable, "#ffffff", 0.4),
            "text-subtle": readable,
            "text-default": mix(readable, "#ffffff", 0.6),
            "base-default": readable,
            "base-hover": mix(readable, "#ffffff", 0.25),
            "base-active": mix(readable, "#ffffff", 0.45),
            "base-contrast-subtle": "#000000",
            "base-contrast-default": "#000000",
        }
    )


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two colours that stand on each other, how well they can be told apart, and what is the least."""

    name: str
    front: str
    back: str
    found: float
    least: float

    @property
    def is_enough(self) -> bool:
        """Tell whether it can be read."""
        return self.found >= self.least


def contrasts(accent: str) -> list[Contrast]:
    """Answer how every pair of colours that an accent leads to can be told apart, in both schemes."""
    pairs = [("button", _LIGHT_PAGE, accent, TEXT_CONTRAST), ("page", accent, _LIGHT_PAGE, TEXT_CONTRAST)]
    if contrast(accent, _LIGHT_PAGE) >= TEXT_CONTRAST:
        day, night = light(accent).tokens, dark(accent).tokens
        pairs += [
            ("link", day["text-subtle"], day["surface-hover"], TEXT_CONTRAST),
            ("frame", day["border-default"], _LIGHT_PAGE, SHAPE_CONTRAST),
            ("dark-button", night["base-contrast-default"], night["base-default"], TEXT_CONTRAST),
            ("dark-page", night["text-subtle"], _DARK_PAGE, TEXT_CONTRAST),
            ("dark-link", night["text-subtle"], night["surface-hover"], TEXT_CONTRAST),
        ]
    return [Contrast(name, front, back, contrast(front, back), least) for name, front, back, least in pairs]


def is_readable(accent: str) -> bool:
    """Tell whether something is a colour, written in small letters, all of whose uses can be read."""
    return bool(_COLOUR.fullmatch(accent)) and all(one.is_enough for one in contrasts(accent))


def stylesheet(accent: str) -> str:
    """Answer a municipality's stylesheet: the accent's tokens in both schemes, and nothing else."""

    def rules(scheme: Scheme) -> str:
        return "".join(f"--ds-color-accent-{name}:{value};" for name, value in scheme.tokens.items())

    return (
        f"@layer ds.theme.municipality{{:root{{{rules(light(accent))}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{rules(dark(accent))}}}}}}}"
    )
