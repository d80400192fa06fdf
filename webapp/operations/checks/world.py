"""What is reached over the net: the mail server, and the store that counts tries."""

from __future__ import annotations

from collections.abc import Iterator

from redis import Redis
from redis.exceptions import RedisError

from webapp.gateways.mail import SmtpMailer, mailer
from webapp.kernel.delivery import DeliveryFault
from webapp.operations.checks.patient import Patient
from webapp.operations.domain import Observation, fault, well

_WITHIN = 5.0


def mail(patient: Patient) -> Iterator[Observation]:
    """Greet the mail server, and log in where it asks for that; nothing is sent."""
    found = mailer(patient.settings)
    if not isinstance(found, SmtpMailer):
        yield well("mail", "goes into files below the data folder")
        return
    try:
        found.greet()
    except DeliveryFault as error:
        do = "check AVKLART_SMTP_URL, the firewall and the server; what waits is sent when it answers again"
        yield fault("mail", f"the server does not let us in: {error}", do)
    else:
        yield well("mail", "the server answers and lets us in")


def counting(patient: Patient) -> Iterator[Observation]:
    """Ask the store that counts tries, where there is one."""
    address = patient.settings.redis_url
    if not address:
        return
    try:
        with Redis.from_url(address.replace("valkey", "redis", 1), socket_timeout=_WITHIN) as store:
            store.ping()
    except (RedisError, OSError, ValueError) as error:
        do = "start it, or take AVKLART_REDIS_URL away: tries are then counted in the database"
        yield fault("counting of tries", f"the store does not answer: {type(error).__name__}", do)
    else:
        yield well("counting of tries", "the store answers")
