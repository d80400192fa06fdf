"""What a page looks like after htmx has put a part of it in its place: it must be the page loaded anew."""

from __future__ import annotations

from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag

from tests.page import Client


def elements(soup: BeautifulSoup, selector: str) -> list[Tag]:
    """Answer the elements of a page that a selector names."""
    return list(soup.select(selector))


def swap(soup: BeautifulSoup, source: Tag, fragment: str) -> None:
    """Put a fragment where the element that asked for it says, as htmx does."""
    (target,) = elements(soup, str(source["hx-target"]))
    parsed = BeautifulSoup(f"<body>{fragment}</body>", "html5lib").body
    assert parsed is not None
    parts = list(parsed.children)
    if source["hx-swap"] == "outerHTML":
        target.replace_with(*parts)
    else:
        assert source["hx-swap"] == "innerHTML"
        target.clear()
        target.extend(parts)


def submitted(client: Client, start: str, words: str) -> tuple[BeautifulSoup, BeautifulSoup]:
    """Write words into the form of a page and send it with htmx; answer that page then, and the page loaded anew."""
    soup = client.get(start).soup
    (form,) = elements(soup, "main form[hx-get]")
    (field,) = elements(soup, "main form[hx-get] input")
    assert form["hx-get"] == form["action"], "the plain form goes elsewhere"
    assert form["hx-push-url"] == "true", "the address does not follow"
    field["value"] = words
    address = f"{form['hx-get']}?{urlencode({str(field['name']): words})}"
    answer = client.raw(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    swap(soup, form, answer.get_data(as_text=True))
    return soup, client.get(address).soup


def words_of(soup: BeautifulSoup) -> list[str]:
    """Answer the main part of a page, element by element, without the white space that no browser shows."""
    (main,) = elements(soup, "main")
    found = []
    for element in main.descendants:
        if isinstance(element, Tag):
            found.append(f"<{element.name} {sorted(element.attrs.items())}>")
        elif str(element).strip():
            found.append(" ".join(str(element).split()))
    return found
