"""Text messages through a gateway of the clinic's choice: one POST of JSON."""

import aiohttp

from telesession.domain.ids import NotificationId
from telesession.domain.notifications import Letter
from telesession.post.port import NotSent

WITHIN_S = 20.0


class Sms:
    """Sends `{"to": "+34600123456", "text": "..."}` to `url` with a bearer token; any 2xx means that it is taken."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    async def send(self, letter: Letter, notification: NotificationId) -> None:
        """Hand the text over; raises `NotSent`. Redirects are not followed: the token is for this URL alone."""
        headers: dict[str, str] = {"Idempotency-Key": notification}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        limit = aiohttp.ClientTimeout(total=WITHIN_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit, cookie_jar=aiohttp.DummyCookieJar()) as http,
                http.post(
                    self._url, json={"to": letter.to, "text": letter.text}, headers=headers, allow_redirects=False
                ) as answer,
            ):
                status = answer.status
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise NotSent("sms_unreachable", may_retry=True) from error
        if not 200 <= status < 300:
            raise NotSent("sms_refused", may_retry=status >= 500 or status in (408, 425, 429, 401, 403))
