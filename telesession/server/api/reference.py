"""The description of the API as it is served: for programs, and for whoever writes them."""

import json
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from telesession.server.api import openapi, samples
from telesession.server.api.operations import OPERATIONS, ROOT, Operation, Parameter
from telesession.server.keys import SETTINGS, TEMPLATES


class Described(Struct, frozen=True):
    """One operation as a page shows it."""

    operation: Operation
    url: str
    parameters: tuple[Parameter, ...]
    takes: str
    gives: str
    problems: tuple[tuple[int, str], ...]


async def machine_readable(request: web.Request) -> web.Response:
    """OpenAPI 3.1, as JSON."""
    text = msgspec.json.encode(openapi.document(request.app[SETTINGS].origin))
    return web.Response(body=text, content_type="application/json")


async def show(request: web.Request) -> web.Response:
    """The same for people: each operation with its parameters and an example."""
    page = {"operations": described(), "origin": request.app[SETTINGS].origin + ROOT}
    return request.app[TEMPLATES].render(request, "api/show.html", page)


def described() -> list[Described]:
    """All operations, with examples that the service would take and give."""
    return [
        Described(
            one,
            one.url,
            one.parameters,
            _pretty(samples.sample(one.takes)) if one.takes else "",
            _pretty(samples.sample(one.gives)),
            tuple((status, openapi.PROBLEM_TEXTS[status]) for status in sorted((*openapi.ALWAYS, *one.problems))),
        )
        for one in OPERATIONS
    ]


def _pretty(thing: Any) -> str:
    return json.dumps(msgspec.to_builtins(thing), indent=2, ensure_ascii=False)
