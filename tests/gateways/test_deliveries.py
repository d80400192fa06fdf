"""Each kind of message finds its gateway, and none that has no way out waits in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from webapp.gateways.deliveries import handlers
from webapp.kernel.delivery import Delivery, PermanentFault
from webapp.settings import Settings

ID = "0" * 32


def test_the_demonstration_delivers_mail_and_text_messages_into_its_folders(settings: Settings) -> None:
    ways = handlers(settings)
    words = {"to": "kari@fjordvik.example", "subject": "Hei", "text": "Du har en beskjed", "sender_name": "Fjordvik"}
    ways["mail"](Delivery(ID, "fjordvik", "mail", words, 1))
    ways["sms"](Delivery(ID, "fjordvik", "sms", {"to": "+4761359000", "text": "Koden er 123456"}, 1))
    assert "Du har en beskjed" in (settings.data / "mail" / f"{ID}.eml").read_text("utf-8")
    assert "Koden er 123456" in (settings.data / "sms" / f"{ID}.txt").read_text("utf-8")
    assert set(ways) == {"mail", "sms"}


def test_text_messages_are_set_aside_where_nothing_sends_them(production: Callable[..., Settings]) -> None:
    ways = handlers(production(smtp_url="smtps://mail.example", mail_from="ikke-svar@fjordvik.example", sms_url=""))
    with pytest.raises(PermanentFault, match="no way to send text messages"):
        ways["sms"](Delivery(ID, "fjordvik", "sms", {"to": "+4761359000", "text": "Hei"}, 1))
