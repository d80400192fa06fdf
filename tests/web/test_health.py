from __future__ import annotations

import pytest

from tests.factories.site import ask
from webapp.app import create_app
from webapp.content.actions import import_parts
from webapp.content.files import Reading
from webapp.kernel.clock import FixedClock
from webapp.settings import Settings
from webapp.storage import schema
from webapp.storage.session import Database
from webapp.web.front import Front


@pytest.mark.parametrize("step", ["no folder", "no tables", "no content"])
def test_a_process_without_content_lives_and_is_not_ready(
    settings: Settings, clock: FixedClock, real_content: Reading, step: str
) -> None:
    if step == "no folder":
        settings.data.rmdir()
    database = Database(settings.database_url)
    if step == "no content":
        schema.migrate(database)
    site = create_app(settings, clock=clock)
    assert ask(site.front, "/healthz").status == 200
    answer = ask(site.front, "/readyz")
    assert answer.status == 503
    assert answer.text.startswith("not ready: ")
    assert str(settings.data) not in answer.text
    settings.data.mkdir(exist_ok=True)
    schema.migrate(database)
    with database.writing() as session:
        import_parts(session, real_content.parts, fingerprint="tests", at=clock.now())
    assert ask(site.front, "/readyz").status == 200
    site.database.close()
    database.close()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_the_operators_answers_say_nothing_of_content_and_take_no_other_method(front: Front, path: str) -> None:
    assert ask(front, path).headers["Content-Type"].startswith("text/plain")
    assert ask(front, path, method="POST").status == 405
    assert ask(front, path + "/").status == 404
