"""Opening a file that should be a Questionnaire: what it must be before anything of it is taken over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from webapp.kernel.errors import InvalidError
from webapp.selfchecks.fhir.terms import Json

MOST_BYTES = 1024 * 1024
"""The longest known forms are a few hundred kilobytes; what is longer carries pictures."""
MOST_DEPTH = 12
"""How deep items may lie in each other."""
LISTS_OF_OBJECTS = (
    "item",
    "enableWhen",
    "answerOption",
    "extension",
    "modifierExtension",
    "initial",
    "code",
    "contained",
)


def opened(content: bytes) -> Json:
    """Answer a Questionnaire whose shape can be trusted; raise InvalidError with what is wrong with it."""
    if len(content) > MOST_BYTES:
        raise InvalidError(f"the file has {len(content)} bytes; allowed: at most {MOST_BYTES}")
    found = _json(content)
    kind = found.get("resourceType") if isinstance(found, dict) else None
    if not isinstance(found, dict) or kind != "Questionnaire":
        raise InvalidError(f"the file is {_named(kind)}; allowed: one FHIR R4 resource of the type Questionnaire")
    _check_shape(found, "the Questionnaire")
    items = list(every_item(found))
    if not items:
        raise InvalidError("the Questionnaire has no item; allowed: one item or more")
    _check_links(items)
    _check_cycles(items)
    return found


def _json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidError("the file is not UTF-8; allowed: JSON in UTF-8") from None
    except RecursionError:
        raise InvalidError("the file is nested too deep; allowed: a Questionnaire as JSON") from None
    except ValueError as error:
        raise InvalidError(f"the file is not JSON ({error}); allowed: a Questionnaire as JSON") from None


def _named(kind: object) -> str:
    return f"a {kind}"[:60] if isinstance(kind, str) else "no FHIR resource"


def every_item(holder: Mapping[str, Any], depth: int = 1) -> Iterator[Json]:
    """Answer every item, those inside others after them."""
    if depth > MOST_DEPTH:
        raise InvalidError(f"items lie deeper in each other than {MOST_DEPTH} levels; allowed: fewer")
    for item in holder.get("item", ()):
        yield item
        yield from every_item(item, depth + 1)


def _check_shape(part: Mapping[str, Any], called: str, depth: int = 1) -> None:
    for name in LISTS_OF_OBJECTS:
        given = part.get(name, [])
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            raise InvalidError(f"{called}: {name} is no list of objects; allowed: as FHIR R4 has it")
    for when in part.get("enableWhen", ()):
        if not all(isinstance(when.get(name), str) for name in ("question", "operator")):
            raise InvalidError(f"{called}: an enableWhen has no question or no operator; allowed: both")
    if depth > MOST_DEPTH:
        raise InvalidError(f"items lie deeper in each other than {MOST_DEPTH} levels; allowed: fewer")
    for number, item in enumerate(part.get("item", ()), start=1):
        link = item.get("linkId")
        if not isinstance(link, str) or not link.strip():
            raise InvalidError(f"{called}: its item {number} has no linkId; allowed: a text that names it")
        if not isinstance(item.get("type"), str):
            raise InvalidError(f"{link}: has no type; allowed: a type of FHIR R4")
        _check_shape(item, link, depth + 1)


def _check_links(items: list[Json]) -> None:
    for link, times in Counter(item["linkId"] for item in items).items():
        if times > 1:
            raise InvalidError(f"{link}: stands {times} times; allowed: each linkId once")


def _check_cycles(items: list[Json]) -> None:
    """No item may wait for itself, by whatever way round."""
    waits = {item["linkId"]: {when["question"] for when in item.get("enableWhen", ())} for item in items}
    rest = dict(waits)
    while rest:
        free = [link for link, others in rest.items() if not others & rest.keys()]
        if not free:
            raise InvalidError(f"{', '.join(sorted(rest)[:5])}: wait for each other by enableWhen; allowed: no circle")
        rest = {link: others for link, others in rest.items() if link not in free}
