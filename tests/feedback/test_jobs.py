"""What somebody wrote is gone after a year, every trace of it; how many said yes and no stays."""

from __future__ import annotations

from datetime import timedelta

from click.testing import CliRunner

from tests.conftest import NOON
from tests.factories.people import Browser
from tests.feedback.test_drafts import open_draft
from tests.feedback.test_views import FALL, counted, kept, said, send
from tests.page import Client
from webapp.app import Avklart
from webapp.cli import cli
from webapp.feedback.jobs import forget_old
from webapp.feedback.models import HearingRow, ItemRow
from webapp.kernel.clock import FixedClock
from webapp.storage.sealed import sealed_columns

CANARY = "kanarifugl"


def test_after_a_year_what_was_written_is_gone_and_the_counts_stay(
    avklart: Avklart, client: Client, editor: Browser, clock: FixedClock
) -> None:
    path = open_draft(editor)
    said(client, **FALL, funnet="nei")
    said(client, **FALL, funnet="nei", words=f"{CANARY} en")
    send(client, "/nb/foresla", title=f"{CANARY} to")
    send(client, path, words=f"{CANARY} tre", name=f"{CANARY}rådet")
    old = kept(avklart)
    editor.get(f"/redaksjon/tilbakemeldinger/{old[0].id}")
    editor.post(f"/redaksjon/tilbakemeldinger/{old[0].id}", became="noted", reply=f"{CANARY} fire")
    clock.time = NOON + timedelta(days=30)
    said(client, **FALL, funnet="nei", words="en annen")
    clock.time = NOON + timedelta(days=364)
    assert forget_old(avklart.database, clock) == {}
    assert len(kept(avklart)) == 3
    clock.time = NOON + timedelta(days=365)
    assert forget_old(avklart.database, clock, is_dry_run=True) == {"fjordvik": 3}
    assert forget_old(avklart.database, clock) == {"fjordvik": 3}
    assert [row.words for row in kept(avklart)] == ["en annen"]
    assert kept(avklart, is_open=False) == []
    assert counted(avklart) == {("entry", "fall", "nb", False): 1}
    with avklart.database.reading() as session:
        ids = {row.id for row in session.query(ItemRow)}
        assert not ids & {row.id for row in old}
        assert len(ids) == 1
    clock.time = NOON + timedelta(days=375)
    forget_old(avklart.database, clock)
    with avklart.database.reading() as session:
        assert session.query(HearingRow).count() == 0


def test_every_text_is_sealed_so_that_what_is_deleted_is_gone_from_backups_with_its_key() -> None:
    found = {column for table, column in sealed_columns() if table == "feedback_item"}
    assert found == {"name", "about", "words", "reply"}


def test_the_command_says_what_would_go(avklart: Avklart, client: Client) -> None:
    said(client, **FALL, funnet="nei", words="ung setning")
    environment = {"AVKLART_DATA": str(avklart.database.engine.url.database).rsplit("/", 1)[0]}
    answer = CliRunner().invoke(cli, ["retention", "run", "--dry-run"], env=environment, catch_exceptions=False)
    assert answer.exit_code == 0
    assert "feedback" not in answer.output, "nothing of it is old"
