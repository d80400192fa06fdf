"""What takes each kind of message of the outbox to its gateway."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.gateways.mail import Mail, Mailer, mailer
from webapp.gateways.sms import Sms, Texter, texter
from webapp.kernel.delivery import Delivery, Handler, PermanentFault
from webapp.settings import Settings


def handlers(settings: Settings) -> Mapping[str, Handler]:
    """Answer the handler of each kind: `mail` (to, subject, text, sender_name) and `sms` (to, text)."""
    return {"mail": by_mail(mailer(settings)), "sms": by_sms(texter(settings))}


def by_mail(way: Mailer) -> Handler:
    """Answer a handler that sends what is asked as mail."""

    def send(delivery: Delivery) -> None:
        words = delivery.payload
        way.send(Mail(delivery.id, words["to"], words["subject"], words["text"], words["sender_name"]))

    return send


def by_sms(way: Texter | None) -> Handler:
    """Answer a handler that sends what is asked as a text message; all are parked where nothing sends them."""

    def send(delivery: Delivery) -> None:
        if way is None:
            raise PermanentFault("no way to send text messages")
        way.send(Sms(delivery.id, delivery.payload["to"], delivery.payload["text"]))

    return send
