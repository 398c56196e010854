"""The page at `/`: the files as they lie here, and nothing from anywhere else."""

from collections.abc import Awaitable, Callable
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_SCRIPTS = ("page.js", "charts.js", "events.js", "tables.js", "text.js")
_FILES = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
    **{f"/{name}": (name, "text/javascript") for name in _SCRIPTS},
}
# Names and attributes of events come from anywhere. The page shows them as text only; should it ever fail to, then the
# browser still runs no script but these and asks nobody but this server.
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def routes() -> list[Route]:
    """The routes of the page."""
    return [Route(path, _answer(*file)) for path, file in _FILES.items()]


def _answer(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return Response(files(__name__).joinpath(name).read_bytes(), 200, _HEADERS, media_type)

    return endpoint
