"""Writes `docs/reference/api.md` from the table of operations and the types of the wire."""

from collections.abc import Iterator
from pathlib import Path

from telesession.domain.api_keys import Scope
from telesession.server.api.entry import REQUESTS_AT_ONCE, REQUESTS_PER_S
from telesession.server.api.exchange import MAX_BODY_BYTES
from telesession.server.api.operations import ROOT, Parameter
from telesession.server.api.reference import Described, described

TARGET = Path(__file__).parent / "reference" / "api.md"

_HEAD = f"""\
# The API for other software

<!-- Made by `make generate` from telesession/server/api. Do not edit. -->

Other software of the clinic, such as its records, finds patients and books appointments under `{ROOT}`. A running
service describes it in OpenAPI 3.1 at `{ROOT}/openapi.json`, as does `telesession openapi`, and for people at `{ROOT}`.

## Keys

```sh
telesession api-key add --name "Our records" --scope patients:read --scope appointments:write
telesession api-key list
telesession api-key revoke KEY
curl -H "Authorization: Bearer tsk_..." https://visits.example.org{ROOT}/appointments
```

The secret is printed once and stored nowhere. Scopes: {", ".join(f"`{scope}`" for scope in Scope)};
to change does not imply to read. A key may ask {REQUESTS_PER_S:.0f} times a second, {REQUESTS_AT_ONCE} times at once.
Browsers are not meant to use it: requests of web pages are refused.

## What holds everywhere

- Bodies are JSON (`application/json`) of up to {MAX_BODY_BYTES // 1024} KiB. Unknown fields and parameters are refused.
- Times are RFC 3339 with an offset; answers are in UTC. Ids are opaque.
- Every no is a problem (RFC 9457, `application/problem+json`): `code` is stable, `detail` is a sentence for people,
  `field` is a JSON pointer into the body or the name of a parameter or header, `request_id` is in the service's log.
- `ETag` names a version. PUT and PATCH need `If-Match`: without it 428, after somebody else's change 412.
- POST takes an `Idempotency-Key`. The same request under the same key is done once and answered alike for 24 hours;
  another request under it is 422; while the first is being worked on, 409 `in_progress`. 409 `outcome_unknown` means
  that the service stopped in the middle: look whether it was done.
- Lists come in pages: `next` goes into `?cursor=`, until it is null.

## Operations

"""


def render() -> str:
    """The whole text of `api.md`."""
    return _HEAD + "\n".join(line for one in described() for line in _operation(one)).rstrip() + "\n"


def _operation(one: Described) -> Iterator[str]:
    operation = one.operation
    yield f"### {operation.summary}\n"
    yield f"`{operation.method} {one.url}` needs `{operation.scope}`.\n"
    yield f"{operation.text}\n"
    if one.parameters:
        yield "| parameter | in | what it says |\n|---|---|---|"
        yield from map(_row, one.parameters)
        yield ""
    if one.takes:
        yield f"Takes:\n\n```json\n{one.takes}\n```\n"
    yield f"Gives {operation.status}:\n\n```json\n{one.gives}\n```\n"
    if operation.problems:
        statuses = ", ".join(str(status) for status in operation.problems)
        yield f"Or a problem: {statuses}, beside what any operation may say.\n"


def _row(one: Parameter) -> str:
    example = f" Such as `{one.example}`." if one.example else ""
    return f"| `{one.name}` | {one.place} | {one.text}{example} |"
