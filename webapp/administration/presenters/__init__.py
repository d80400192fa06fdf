"""What the administrator's pages show, in plain words; no HTML. One module a page."""

from webapp.administration.presenters.deliveries import FAULTS, KINDS, DeliveriesPage, fault_in_words
from webapp.administration.presenters.figures import FiguresPage

__all__ = ["FAULTS", "KINDS", "DeliveriesPage", "FiguresPage", "fault_in_words"]
