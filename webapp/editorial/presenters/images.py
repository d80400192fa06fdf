"""The pages of images: all that may be used, one of them, and a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from webapp.content.domain import images
from webapp.content.domain.addresses import address
from webapp.content.domain.pages import PageKey
from webapp.content.words import KINDS
from webapp.editorial.image_forms import OWN, SHARED
from webapp.kernel.language import LANGUAGES, NAMES
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _

IMAGES = "/redaksjon/bilder"
DONE = {
    "lagt-inn": _("The image is in. Where and when it was taken, and by which camera, has been taken out of it."),
    "endret": _("The words are changed. Readers get them now."),
    "fjernet": _("The image is taken away."),
}


@dataclass(frozen=True, slots=True)
class ImageLine:
    """An image, as it is shown to an editor."""

    slug: str
    whose: str
    href: str
    source: str
    width: int
    height: int
    said: tuple[tuple[str, str, str], ...]
    """Code and name of a language, and what the image says in it."""
    is_decorative: bool

    @classmethod
    def of(cls, key: PageKey, told: Mapping[str, Any]) -> ImageLine:
        """Answer the line of an image."""
        form = told["forms"][0]
        whose = SHARED if key.municipality is None else OWN
        said = told.get("alt", {})
        return cls(
            slug=key.slug,
            whose=gettext("shared by all") if key.municipality is None else gettext("our own"),
            href=f"{IMAGES}/{whose}/{key.slug}",
            source=images.address(form["digest"]),
            width=form["width"],
            height=form["height"],
            said=tuple((code, NAMES[code], said[code]) for code in LANGUAGES if code in said),
            is_decorative=bool(told.get("decorative")),
        )

    @property
    def reference(self) -> str:
        """How a text shows the image."""
        return f"![](image:{self.slug})"


@dataclass(frozen=True, slots=True)
class ImagesPage:
    """All images that this municipality's pages may show."""

    lines: tuple[ImageLine, ...]
    message: str

    @classmethod
    def of(cls, found: Mapping[PageKey, Mapping[str, Any]], done: str) -> ImagesPage:
        """Answer the page."""
        return cls(tuple(ImageLine.of(key, told) for key, told in found.items()), str(DONE.get(done, "")))


@dataclass(frozen=True, slots=True)
class Use:
    """A page that shows an image."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class ImagePage:
    """One image, where it stands, and what can be done with it."""

    line: ImageLine
    used: tuple[Use, ...]
    message: str
    theirs: tuple[tuple[str, str, str], ...] = ()
    """What somebody else has written meanwhile."""

    @classmethod
    def of(
        cls, key: PageKey, told: Mapping[str, Any], used: Iterable[PageKey], done: str = "", *, is_changed: bool = False
    ) -> ImagePage:
        """Answer the page."""
        line = ImageLine.of(key, told)
        pages = sorted({(one.kind, one.slug) for one in used})
        uses = tuple(Use(f"{KINDS.get(kind, kind)}: {slug}", address(kind, slug, language())) for kind, slug in pages)
        return cls(line, uses, str(DONE.get(done, "")), line.said if is_changed else ())
