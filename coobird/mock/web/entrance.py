"""The way in. The API asks for a key; everything else here needs none, so a web page must not get at it through a browser."""

import re

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from coobird.mock.contract.problems import Problem
from coobird.mock.web.control import render
from coobird.mock.web.notifier import Feed

# What a browser takes for this machine without asking a name server, and addresses: nobody can register those.
_OWN_NAME = re.compile(r"(?:(?:[^:]+\.)?localhost\.?|[\d.]+|\[[\da-f:.]+\])(?::\d+)?", re.IGNORECASE)


class Door:
    """An ASGI application: paths below `base_path` go to `api`, all others to `open_routes`, unless they come from a web
    page of somebody else."""

    def __init__(self, base_path: str, api: ASGIApp, open_routes: ASGIApp, feed: Feed, *, any_host: bool) -> None:
        self.feed = feed
        self._base_path = base_path
        self._api = api
        self._open_routes = open_routes
        self._any_host = any_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if f"{scope['path']}/".startswith(f"{self._base_path}/"):
            await self._api(scope, receive, send)
        elif refusal := self._refusal(Headers(scope=scope)):
            await render(Request(scope), Problem(403, refusal))(scope, receive, send)
        else:
            await self._open_routes(scope, receive, send)

    def _refusal(self, headers: Headers) -> str | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        # A name that somebody registered may lead here too, and a browser then lets that site's pages in.
        if host and not self._any_host and not _OWN_NAME.fullmatch(host):
            return f"This server only answers to localhost and to addresses such as 127.0.0.1, not to {host!r}."
        # A browser sends some requests before it asks whether it may, and says whose page wants them.
        if origin is not None and origin.partition("://")[2] != host:
            return f"A page of {origin!r} has no business here."
        return None
