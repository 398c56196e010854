"""Entrance of the server: dispatch to the API or to the other routes, and protection of the latter.

The API needs a key. The other routes need none, so they must refuse the requests that a browser
sends for the page of another site.
"""

import re

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from coobird.mock.contract.problems import Problem
from coobird.mock.web.notifier import ChangeNotifier
from coobird.mock.web.responses import problem_response

# Names that a browser resolves to this machine without DNS, and addresses. They cannot be
# registered as a domain.
_OWN_NAME = re.compile(r"(?:(?:[^:]+\.)?localhost\.?|[\d.]+|\[[\da-f:.]+\])(?::\d+)?", re.IGNORECASE)


class Entrance:
    """ASGI application: paths below `base_path` go to `api`, all others to `open_routes`.

    A request of another site's page to `open_routes` is refused with 403.
    """

    def __init__(
        self, base_path: str, api: ASGIApp, open_routes: ASGIApp, notifier: ChangeNotifier, *, any_host: bool
    ) -> None:
        self.notifier = notifier
        self._base_path = base_path
        self._api = api
        self._open_routes = open_routes
        self._any_host = any_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if f"{scope['path']}/".startswith(f"{self._base_path}/"):
            await self._api(scope, receive, send)
        elif refusal := self._refusal(Headers(scope=scope)):
            await problem_response(Request(scope), Problem(403, refusal))(scope, receive, send)
        else:
            await self._open_routes(scope, receive, send)

    def _refusal(self, headers: Headers) -> str | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        # DNS rebinding: a registered name can resolve to this machine, and for the browser this
        # server then belongs to that site.
        if host and not self._any_host and not _OWN_NAME.fullmatch(host):
            return f"This server answers only to localhost and to addresses such as 127.0.0.1, not to {host!r}."
        # CSRF: a browser sends simple requests of other sites without a preflight, but with their
        # `Origin`.
        if origin is not None and origin.partition("://")[2] != host:
            return f"This server refuses requests from pages of other sites, here {origin!r}."
        return None
