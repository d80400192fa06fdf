"""Every component is used by a page, has its example, and is asked for by its name."""

from __future__ import annotations

import re

import pytest

from tests.house.committed import ROOT

TEMPLATES = ROOT / "webapp" / "templates"
COMPONENTS = sorted(path.stem for path in (TEMPLATES / "components").glob("*.html"))


def used_in(*folders: str) -> set[str]:
    """Answer the components that the templates of some folders ask for."""
    paths = [path for folder in folders for path in (TEMPLATES / folder).rglob("*.html")]
    return {name for path in paths for name in re.findall(r"\bui\.(\w+)\(", path.read_text("utf-8"))}


def pages() -> list[str]:
    """Answer the folders of templates that readers see."""
    return sorted(path.name for path in TEMPLATES.iterdir() if path.is_dir() and path.name != "gallery")


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_is_used_somewhere(name: str) -> None:
    assert name in used_in(*pages())


def test_no_template_asks_for_a_component_that_is_not_there() -> None:
    assert used_in(*pages(), "gallery") <= set(COMPONENTS)


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_is_one_macro_of_its_files_name(name: str) -> None:
    text = (TEMPLATES / "components" / f"{name}.html").read_text("utf-8")
    assert re.findall(r"\{%-? macro (\w+)\(", text) == [name]
    assert text.startswith("{#-"), "say in a line what the component is for"


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_has_an_example(name: str) -> None:
    example = TEMPLATES / "gallery" / f"{name}.html"
    assert f"ui.{name}(" in example.read_text("utf-8")


def test_pages_call_components_by_keywords_only() -> None:
    for path in TEMPLATES.rglob("*.html"):
        for name, first in re.findall(r"\bui\.(\w+)\(\s*([^)\s][^,)=]*=?)", path.read_text("utf-8")):
            assert first.endswith("="), f"{path.name}: ui.{name}({first}"


def test_no_template_marks_text_as_safe_or_holds_script_or_style() -> None:
    for path in TEMPLATES.rglob("*.*"):
        text = path.read_text("utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", text), path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), path
        for script in re.findall(r"<script\b[^>]*>", text):
            assert "src=" in script or 'type="application/ld+json"' in script, path
