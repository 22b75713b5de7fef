"""Webhooks, for administrators: where other software is told of what happens, and what it missed."""

from collections.abc import Awaitable

from aiohttp import web

from telesession.domain.errors import Refused
from telesession.domain.webhooks import DeliveryId, DeliveryState, WebhookEvent, WebhookId
from telesession.server import forms
from telesession.server.actors import actor_of
from telesession.server.keys import WEBHOOKS
from telesession.services.webhooks import Tried

HERE = "/webhooks"


async def show(request: web.Request) -> web.Response:
    """All of them, and the form for a new one."""
    return await _list(request)


async def add(request: web.Request) -> web.Response:
    """A new webhook; the answer shows its secret, once."""
    posted = await request.post()
    url = str(posted.get("url", ""))[: forms.LONGEST]
    events = [str(one) for one in posted.getall("event", [])]
    try:
        if not events:
            raise Refused("event_missing", "Please choose at least one event.")
        secret, webhook = await request.app[WEBHOOKS].add(url, events, actor_of(request))
    except Refused as no:
        return await _list(request, no, url, events)
    return _secret(request, webhook.id, secret)


async def show_one(request: web.Request) -> web.Response:
    """One webhook, what was sent to it, and what can be done."""
    return await _one(request)


async def try_out(request: web.Request) -> web.Response:
    """Send a test now, and show what came of it."""
    return await _one(request, tried=await request.app[WEBHOOKS].try_out(_which(request)))


async def redeliver(request: web.Request) -> web.Response:
    """Send one delivery again, or all that were never taken."""
    wanted = (await forms.typed(request, "delivery"))["delivery"]
    webhooks = request.app[WEBHOOKS]
    if wanted:
        return await _show_after(request, webhooks.redeliver(DeliveryId(wanted)))
    return await _show_after(request, webhooks.redeliver_failed(_which(request)))


async def enable(request: web.Request) -> web.Response:
    """Send there again."""
    return await _show_after(request, request.app[WEBHOOKS].enable(_which(request), actor_of(request)))


async def replace_secret(request: web.Request) -> web.Response:
    """A new secret, shown once."""
    return _secret(
        request, _which(request), await request.app[WEBHOOKS].replace_secret(_which(request), actor_of(request))
    )


async def remove(request: web.Request) -> web.Response:
    """Forget it."""
    await request.app[WEBHOOKS].remove(_which(request), actor_of(request))
    return forms.see_other(HERE)


async def _show_after(request: web.Request, doing: Awaitable[object]) -> web.Response:
    try:
        await doing
    except Refused as no:
        return await _one(request, no=no)
    return forms.see_other(f"{HERE}/{_which(request)}")


def _which(request: web.Request) -> WebhookId:
    return WebhookId(request.match_info["webhook"])


async def _list(
    request: web.Request, no: Refused | None = None, url: str = "", chosen: list[str] | None = None
) -> web.Response:
    context = {
        "webhooks": await request.app[WEBHOOKS].list_all(),
        "url_typed": url,
        "events": [(one.value, chosen is None or one.value in chosen) for one in WebhookEvent],
    }
    return forms.answer(request, "webhooks/list.html", context, no)


async def _one(request: web.Request, tried: Tried | None = None, no: Refused | None = None) -> web.Response:
    webhook, deliveries = await request.app[WEBHOOKS].get(_which(request))
    has_failed = any(one.state is DeliveryState.FAILED for one in deliveries)
    context = {"webhook": webhook, "deliveries": deliveries, "has_failed": has_failed, "tried": tried}
    return forms.answer(request, "webhooks/show.html", context, no)


def _secret(request: web.Request, webhook: WebhookId, secret: str) -> web.Response:
    return forms.answer(request, "webhooks/secret.html", {"path": f"{HERE}/{webhook}", "secret": secret})
