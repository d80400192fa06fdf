from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from functools import reduce
from typing import Any

import pytest

from tests.factories.site import DALSBYGD, FJORDVIK, ask, look_now, publish_change
from webapp.app import Avklart
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
KEYWORDS = {
    "type", "required", "properties", "additionalProperties", "items", "enum", "minimum", "maximum", "format", "$ref",
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any], path: str = "$") -> list[str]:
    """Answer where a value breaks its JSON schema, for the part of the language that our schema uses."""
    assert set(schema) <= KEYWORDS, f"the schema uses {set(schema) - KEYWORDS}: teach the test"
    if "$ref" in schema:
        schema = reduce(lambda part, step: part[step], str(schema["$ref"]).removeprefix("#/").split("/"), root)
    found = []
    if "type" in schema:
        names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        is_taken = any(isinstance(value, TYPES[name]) and (name == "boolean" or value is not True) for name in names)
        found += [] if is_taken and not (value is False and "boolean" not in names) else [f"{path} is no {names}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path} is {value}")
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{path} is {value}")
    if schema.get("format") == "date" and not _is_date(value):
        found.append(f"{path} is {value}")
    if isinstance(value, dict):
        found += [f"{path} has no {name}" for name in schema.get("required", ()) if name not in value]
        others = schema.get("additionalProperties")
        for name, part in value.items():
            known = schema.get("properties", {}).get(name, others)
            if known is None and "properties" in schema:
                found.append(f"{path}.{name} is not described")
            elif known is not None:
                found += faults(part, known, root, f"{path}.{name}")
    if isinstance(value, list) and "items" in schema:
        found += [
            fault for at, part in enumerate(value) for fault in faults(part, schema["items"], root, f"{path}[{at}]")
        ]
    return found


def _is_date(value: object) -> bool:
    try:
        return date.fromisoformat(str(value)).isoformat() == value
    except ValueError:
        return False


def fetch(site: Avklart, path: str, host: str = FJORDVIK) -> dict[str, Any]:
    """Answer the JSON at an address."""
    answer = ask(site.front, path, host=host)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    found: dict[str, Any] = json.loads(answer.text)
    return found


DATA = [("/api/tjenester.json", "services", "service"), ("/api/oppgaver.json", "tasks", "task")]


@pytest.mark.parametrize("host", [FJORDVIK, DALSBYGD])
@pytest.mark.parametrize(("path", "name"), [(path, name) for path, name, _ in DATA])
def test_open_data_is_what_its_own_schema_says(standing: Avklart, host: str, path: str, name: str) -> None:
    openapi = fetch(standing, "/api/openapi.json", host)
    assert openapi["openapi"].startswith("3.1")
    schema = openapi["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    data = fetch(standing, path, host)
    described = openapi["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    assert faults(data, described, openapi) == []
    assert described["required"]
    assert described["properties"][name]["items"]["required"]
    assert len(data[name]) > 40


def test_the_yardstick_itself_finds_faults(standing: Avklart) -> None:
    openapi = fetch(standing, "/api/openapi.json")
    described = openapi["components"]["schemas"]["Services"]
    data = fetch(standing, "/api/tjenester.json")
    spoils: list[Callable[[dict[str, Any]], object]] = [
        lambda service: service.pop("id"),
        lambda service: service.update(steps=[7]),
        lambda service: service.update(steps=["1"]),
        lambda service: service.update(signpost="yes"),
        lambda service: service.update(signpost=1),
        lambda service: service.update(payment=True),
        lambda service: service.update(reviewed="yesterday"),
        lambda service: service.update(surprise=1),
        lambda service: service["texts"]["nb"].update(title=None),
    ]
    for spoil in spoils:
        broken = json.loads(json.dumps(data))
        spoil(broken["services"][0])
        assert len(faults(broken, described, openapi)) == 1


def test_every_address_of_the_schema_is_served_and_all_open_data_is_described(standing: Avklart) -> None:
    openapi = fetch(standing, "/api/openapi.json")
    assert set(openapi["paths"]) == {path for path, _, _ in DATA}
    routes = {rule.rule for rule in standing.flask.url_map.iter_rules() if rule.rule.startswith("/api/")}
    assert routes == {*openapi["paths"], "/api/openapi.json"}


OWNERS = {
    FJORDVIK: ("9901", "http://127.0.0.1:8000", "nb"),
    DALSBYGD: ("9902", f"http://{DALSBYGD}:8000", "nn"),
}


@pytest.mark.parametrize("host", OWNERS)
@pytest.mark.parametrize(("path", "name", "kind"), DATA, ids=["services", "tasks"])
def test_open_data_holds_every_page_once_with_an_address_that_leads_to_it(
    standing: Avklart, real_content: Reading, host: str, path: str, *, name: str, kind: str
) -> None:
    number, base, language = OWNERS[host]
    data = fetch(standing, path, host)
    slugs = {key.slug for key in real_content.parts if key.kind == kind}
    assert sorted(item["id"] for item in data[name]) == sorted(slugs)
    assert data["municipality"]["number"] == number
    for item in data[name]:
        assert item["url"].startswith(f"{base}/{language}/")
        assert ask(standing.front, item["url"].removeprefix(base), host=host).status == 200
    assert fetch(standing, "/api/openapi.json", host)["servers"] == [{"url": base}]


@pytest.mark.parametrize(("path", "name", "kind"), DATA)
def test_open_data_is_plain_text_in_every_language_that_it_is_written_in(
    standing: Avklart, real_content: Reading, path: str, name: str, kind: str
) -> None:
    for item in fetch(standing, path)[name]:
        written = {
            key.language for key, part in real_content.parts.items()
            if (key.kind, key.slug, key.municipality) == (kind, item["id"], None) and "title" in part.fields
        }  # fmt: skip
        assert set(item["texts"]) == written
        for texts in item["texts"].values():
            assert texts["title"]
            for text in texts.values():
                assert not re.search(r"\{[a-z_]+\}|\]\(|<[a-z]+>|\*\*|&amp;|&lt;", text), text


def test_open_data_says_what_the_municipality_itself_says(standing: Avklart) -> None:
    stances = {
        host: {task["id"]: task["stance"] for task in fetch(standing, "/api/oppgaver.json", host)["tasks"]}
        for host in (FJORDVIK, DALSBYGD)
    }
    assert stances[FJORDVIK]["snomaking"] == "not_normally"
    assert stances[DALSBYGD]["snomaking"] == "sometimes"


def test_open_data_carries_the_version_of_the_content(avklart: Avklart, real_content: Reading) -> None:
    before = fetch(avklart, "/api/oppgaver.json")["version"]
    publish_change(avklart.database, real_content, PageKey(None, "task", "snomaking", "nb"), title="Rydde snø")
    look_now(avklart)
    after = fetch(avklart, "/api/oppgaver.json")
    assert after["version"] > before
    assert "Rydde snø" in {task["texts"]["nb"]["title"] for task in after["tasks"]}
