"""An editor at Fjordvik, with the real content."""

from __future__ import annotations

import pytest

from tests.factories.editors import come_in
from tests.factories.people import Browser
from webapp.app import Avklart
from webapp.kernel.permission import Role


@pytest.fixture
def editor(avklart: Avklart) -> Browser:
    """An editor."""
    return come_in(avklart, Role.EDITOR)
