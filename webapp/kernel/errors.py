"""What rules and actions may raise; the web turns each into a page with the right status."""


class AvklartError(Exception):
    """Anything that the product itself refuses."""


class NotFoundError(AvklartError):
    """There is no such thing, or not for this caller: the two look alike."""


class InvalidError(AvklartError):
    """What was given cannot be used, and the message says what can."""


class NotAllowedError(AvklartError):
    """The caller is known, and may not do this."""


class ConflictError(AvklartError):
    """Somebody else has changed it in the meantime."""


class GoneError(AvklartError):
    """It was there and no longer is: an old link, a code that was used."""


class TooManyError(AvklartError):
    """It has been tried too often; `seconds` tells when it may be tried again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"try again in {seconds} seconds")
        self.seconds = seconds


class TamperedError(AvklartError):
    """A stored value is not what was stored: another row's, another key's, or changed."""


class StartError(AvklartError):
    """The product refuses to start, and the message says what to mend."""
