"""A page as tests read it: every fetch is also a check of what must hold on all pages."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.builder._html5lib import HTML5TreeBuilder
from werkzeug.test import Client as WerkzeugClient
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response


class _Strict(HTML5TreeBuilder):
    """Makes soup of HTML that is right, and raises html5lib's ParseError where it is not: one reading for both."""

    def feed(self, markup: Any) -> None:
        """Read a whole page, as the parent does, with a parser that forgives nothing."""
        parser = html5lib.HTMLParser(tree=self.create_treebuilder, strict=True)  # type: ignore[arg-type]
        assert self.underlying_builder is not None
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.underlying_builder.parser = None


_WRITTEN = "textarea, template, .written, .difference"
"""Where an editor's text stands as it is written, with its places to be filled."""
_MISSING = re.compile(r"\{[a-z_]+\}|%\(\w+\)s")


@dataclass(frozen=True, slots=True)
class Page:
    """An answer with its soup."""

    response: TestResponse
    soup: BeautifulSoup

    @property
    def status(self) -> int:
        """The status code."""
        return self.response.status_code

    @property
    def text(self) -> str:
        """The text of the main part, with single spaces."""
        main = self.soup.find("main") or self.soup
        return " ".join(main.get_text(" ").split())

    def heading(self) -> str:
        """The text of the one h1."""
        heading = self.soup.find("h1")
        return " ".join(heading.get_text(" ").split()) if heading else ""

    def one(self, selector: str) -> Tag:
        """The one element that a selector names."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{len(found)} elements for {selector}"
        return found[0]

    def links(self) -> dict[str, str]:
        """The links of the main part: words to address."""
        main = self.soup.find("main") or self.soup
        return {" ".join(link.get_text(" ").split()): str(link["href"]) for link in main.find_all("a", href=True)}


class Client:
    """A reader who checks every page: HTML parses, one h1, unique ids, labels, language, no cookie."""

    def __init__(self, application: Any, host: str = "127.0.0.1:8000") -> None:
        self._client = WerkzeugClient(application, Response, use_cookies=False)
        self.host = host

    def raw(self, path: str, method: str = "GET", **arguments: Any) -> TestResponse:
        """Fetch without any check."""
        headers = {"Host": self.host, **arguments.pop("headers", {})}
        return self._client.open(path, method=method, headers=headers, **arguments)

    def get(self, path: str, *, status: int = 200, **arguments: Any) -> Page:
        """Fetch a page and check what must hold on all of them."""
        response = self.raw(path, **arguments)
        assert response.status_code == status, f"{path} answered {response.status_code}"
        return checked(response, path)


def checked(response: TestResponse, path: str, *, may_set_cookie: bool = False) -> Page:
    """Read an answer and check what must hold on every whole page; only private ones may set a cookie."""
    page = Page(response, BeautifulSoup(response.get_data(as_text=True), builder=_Strict()))
    soup = page.soup
    assert may_set_cookie or "Set-Cookie" not in page.response.headers, f"{path} sets a cookie"
    assert "Content-Security-Policy" in page.response.headers, f"{path} has no policy"
    there: dict[str, list[Tag]] = {}
    for element in soup.find_all(True):  # once through: a page of the editorial office has thousands of elements
        there.setdefault(element.name, []).append(element)
    headings = there.get("h1", [])
    assert len(headings) == 1, f"{path} has {len(headings)} h1"
    title = soup.title.get_text(strip=True) if soup.title else ""
    assert title.startswith(page.heading().rstrip("?")[:20]), f"{path}: title '{title}' and h1 '{page.heading()}'"
    assert soup.html is not None
    assert soup.html.get("lang"), f"{path} has no language"
    counts = Counter(str(element["id"]) for of_name in there.values() for element in of_name if element.has_attr("id"))
    assert counts.total() == len(counts), f"{path} repeats ids {sorted(one for one in counts if counts[one] > 1)}"
    labelled = {label.get("for") for label in there.get("label", ())}
    for field in (field for name in ("input", "select", "textarea") for field in there.get(name, ())):
        is_right = field.get("type") == "hidden" or field.get("id") in labelled
        assert is_right or field.find_parent("template"), f"{path}: {field} has no label"
    for form in there.get("form", ()):
        assert form.get("action"), f"{path} has a form without an address"
    for link in there.get("a", ()):
        assert link.get("href"), f"{path} has a link that leads nowhere"
        assert link.get_text(strip=True), f"{path} has a link without words: {link['href']}"
    written = {id(text) for part in soup.select(_WRITTEN) for text in part.find_all(string=True)}
    visible = " ".join(text for text in soup.find_all(string=True) if id(text) not in written)
    assert not _MISSING.search(visible), f"{path} shows an unfilled place: {_MISSING.findall(visible)}"
    return page
