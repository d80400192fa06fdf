"""What the administrator's pages show, in plain words; no HTML. One module a page."""

from webapp.administration.presenters.changes import ChangesPage
from webapp.administration.presenters.common import SettingPage
from webapp.administration.presenters.consents import ConsentsPage
from webapp.administration.presenters.deliveries import FAULTS, KINDS, DeliveriesPage, fault_in_words
from webapp.administration.presenters.figures import FiguresPage
from webapp.administration.presenters.receivers import ReceiverPage, ReceiversPage
from webapp.administration.presenters.start import StartPage

__all__ = [
    "FAULTS", "KINDS", "ChangesPage", "ConsentsPage", "DeliveriesPage", "FiguresPage", "ReceiverPage", "ReceiversPage",
    "SettingPage", "StartPage", "fault_in_words",
]  # fmt: skip
