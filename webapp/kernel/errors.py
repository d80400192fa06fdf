"""What rules and actions may raise; the web turns each into a page with the right status."""


class AvklartError(Exception):
    """Anything that the product itself refuses."""


class NotFoundError(AvklartError):
    """There is no such thing, or not for this caller: the two look alike."""


class InvalidError(AvklartError):
    """What was given cannot be used, and the message says what can."""


class StartError(AvklartError):
    """The product refuses to start, and the message says what to mend."""
