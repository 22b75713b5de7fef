"""What everything that sends has in common."""

from typing import Protocol

from telesession.domain.ids import NotificationId
from telesession.domain.notifications import Letter


class NotSent(Exception):
    """It did not go. `code` is stable and names nobody; `may_retry` says whether later could be better."""

    def __init__(self, code: str, *, may_retry: bool) -> None:
        super().__init__(code)
        self.code = code
        self.may_retry = may_retry


class Post(Protocol):
    """Sends letters by one channel."""

    async def send(self, letter: Letter, notification: NotificationId) -> None:
        """Hand the letter over; raises `NotSent`.

        `notification` goes with it, so that whoever receives the same twice can tell.
        """
