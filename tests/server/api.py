"""Other software, as the tests of the API drive it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from msgspec import Struct

from telesession.domain.api_keys import Scope
from telesession.server.keys import API_KEYS
from tests.server.conftest import Service

EVERYTHING = tuple(Scope)


class Heard(Struct):
    """What the service answered."""

    status: int
    headers: Any
    json: Any

    @property
    def etag(self) -> str:
        return str(self.headers["ETag"])

    @property
    def why(self) -> tuple[int, str, str]:
        """Status, code and place of a problem."""
        assert self.headers["Content-Type"].startswith("application/problem+json"), self.headers
        return self.status, self.json["code"], self.json.get("field", "")


class Software:
    """A program with a key and no browser."""

    def __init__(self, http: aiohttp.ClientSession, secret: str) -> None:
        self._http = http
        self.secret = secret

    async def ask(self, method: str, path: str, **more: Any) -> Heard:
        headers = {"Authorization": f"Bearer {self.secret}", **more.pop("headers", {})}
        async with self._http.request(method, f"/api/v1{path}", headers=headers, **more) as answer:
            body = await answer.json(content_type=None) if await answer.read() else None
            return Heard(answer.status, answer.headers, body)

    async def patient(self, **more: Any) -> Any:
        heard = await self.ask("POST", "/patients", json={"name": "Pat Morgan", **more})
        assert heard.status == 201, heard.json
        return heard.json

    async def booked(self, **more: Any) -> Any:
        wish = {
            "starts_at": "2026-12-03T10:00:00+01:00",
            "minutes": 30,
            "therapist_name": "Tess Tyler",
            "may_overlap": True,
        } | more
        if "patient" not in wish:
            wish["patient"] = (await self.patient())["id"]
        heard = await self.ask("POST", "/appointments", json=wish)
        assert heard.status == 201, heard.json
        return heard.json["appointments"][0]


@asynccontextmanager
async def software(service: Service, *scopes: Scope) -> AsyncIterator[Software]:
    """A program whose key is for `scopes`, for everything unless told."""
    secret, _ = await service.app[API_KEYS].add("Records", scopes or EVERYTHING)
    async with aiohttp.ClientSession(service.url) as http:
        yield Software(http, secret)
