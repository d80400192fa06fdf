from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.site import DALSBYGD, FJORDVIK, ask
from webapp.app import Avklart
from webapp.web.front import Front
from webapp.web.tenancy import host_name


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("fjordvik.localhost", "fjordvik.localhost"),
        ("fjordvik.localhost:8000", "fjordvik.localhost"),
        ("FJORDVIK.Localhost.", "fjordvik.localhost"),
        ("fjordvik.localhost.:80", "fjordvik.localhost"),
        ("127.0.0.1:8000", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("[::1]:8000", "[::1]"),
        ("", ""),
        (":80", ""),
    ],
)
def test_a_host_name_is_small_without_port_and_final_dot(host: str, name: str) -> None:
    assert host_name(host) == name


@given(host=st.text())
def test_any_host_header_has_a_name(host: str) -> None:
    assert host_name(host) == host_name(host_name(host)) or ":" in host_name(host)


@pytest.mark.parametrize("host", [DALSBYGD, f"{DALSBYGD}:8000", "Dalsbygd.LOCALHOST", f"{DALSBYGD}."])
def test_a_municipality_is_found_by_its_host_however_it_is_written(front: Front, host: str) -> None:
    assert "Dalsbygd kommune</title>" in ask(front, "/nb/", host=host).text


def test_a_host_that_a_stranger_names_elsewhere_changes_nothing(front: Front) -> None:
    for name in ("X-Forwarded-Host", "X-Host", "X-Original-Host", "Forwarded"):
        assert "Fjordvik kommune</title>" in ask(front, "/nb/", host=FJORDVIK, headers={name: DALSBYGD}).text


@pytest.mark.parametrize("host", [FJORDVIK, DALSBYGD, "elsewhere.example", "", "a b"])
def test_the_operators_questions_are_answered_on_any_host(in_production: Avklart, host: str) -> None:
    for path, body in (("/healthz", b"lives\n"), ("/readyz", b"ready\n")):
        answer = ask(in_production.front, path, host=host)
        assert (answer.status, answer.body) == (200, body)
        assert answer.headers["Cache-Control"] == "no-store"
