"""Routes of the page at `/`: the files of this folder.

The page loads nothing from other servers.
"""

from collections.abc import Awaitable, Callable
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_SCRIPTS = (
    "page.js",
    "charts.js",
    "documents.js",
    "dom.js",
    "events.js",
    "state.js",
    "tables.js",
    "text.js",
    "usage.js",
)
_FILES = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
    **{f"/{name}": (name, "text/javascript") for name in _SCRIPTS},
}
# Names and attributes of events can hold anything. The page shows them as text only. Even if it
# failed to, the policy lets the browser run only these scripts and call only this server.
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def routes() -> list[Route]:
    """Routes of the page's files."""
    return [Route(path, _answer(*file)) for path, file in _FILES.items()]


def _answer(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return Response(files(__name__).joinpath(name).read_bytes(), 200, _HEADERS, media_type)

    return endpoint
