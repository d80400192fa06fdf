"""The languages of the product and what a reader gets when a text is missing in theirs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

LANGUAGES = ("nb", "nn", "en")
"""Bokmål, nynorsk, English: the languages of addresses, screens and content."""

NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


def fallbacks(language: str) -> tuple[str, ...]:
    """Answer the languages to try for a reader, the reader's own first, then bokmål, then the others."""
    order = (language, "nb", *LANGUAGES)
    return tuple(dict.fromkeys(order))


def best(available: Collection[str], language: str) -> str | None:
    """Answer the language to show to a reader of `language`, or None where nothing is available."""
    return next((candidate for candidate in fallbacks(language) if candidate in available), None)


def localised(texts: Mapping[str, str], language: str) -> str:
    """Answer a text in the reader's language or the nearest one; an empty text where there is none."""
    found = best(texts.keys(), language)
    return texts[found] if found else ""


def negotiate(accepted: Sequence[tuple[str, float]], offered: Sequence[str]) -> str:
    """Choose among the offered languages by the weighed wishes of a browser; the first offered otherwise.

    A browser that says `no` means Norwegian of either kind; `nn` and `nb` stand in for each other.
    """
    near = {"no": ("nb", "nn"), "nb": ("nb", "nn"), "nn": ("nn", "nb"), "en": ("en",)}
    for wish, weight in sorted(accepted, key=lambda pair: -pair[1]):
        if weight <= 0:
            continue
        for language in near.get(wish.split("-")[0].lower(), ()):
            if language in offered:
                return language
    return offered[0]
