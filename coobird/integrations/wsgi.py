"""Runs for the requests of a WSGI application: Flask, Bottle, Pyramid and every other.

def payer(environ):
    return {"customer_id": environ["HTTP_X_CUSTOMER"], "agent_id": "assistant"}

app.wsgi_app = CoobirdMiddleware(app.wsgi_app, coomon, run=payer)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coobird.integrations._run_opener import Opener

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from coobird import AsyncCoomon, Coomon, Run
    from coobird.integrations._run_opener import Chooser

    WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class CoobirdMiddleware:
    """Makes each request a run, which holds until its body is read and closed.

    Requests, errors and bodies pass through unchanged. Safe for any number of threads; it needs no framework. What is queued at
    the end is delivered by the end of the process.
    """

    def __init__(self, app: WSGIApp, coomon: Coomon | AsyncCoomon, *, run: Chooser) -> None:
        """Wrap an application. Nothing is called yet.

        Args:
            app: The application.
            coomon: The client whose events take from the run.
            run: Called with each request's environ; says who pays as `RunOptions`, or `None` for nobody. If it fails,
                `on_error` is told and the request goes on without a run.
        """
        self._app = app
        self._opener = Opener(coomon, run)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request."""
        with self._opener.open(environ) as run:
            body = self._app(environ, start_response)
        return body if _is_ready(body, environ) else _Body(body, run)


class _Body:
    """A body that is made in a run, piece by piece. Between two pieces the thread serves whom it likes."""

    def __init__(self, body: Iterable[bytes], run: Run) -> None:
        self._body = body
        self._run = run
        self._pieces: Iterator[bytes] | None = None

    def __iter__(self) -> _Body:
        return self

    def __next__(self) -> bytes:
        with self._run:
            if self._pieces is None:
                self._pieces = iter(self._body)
            return next(self._pieces)

    def close(self) -> None:
        with self._run:
            close: Any = getattr(self._body, "close", None)
            if close is not None:
                close()


def _is_ready(body: Iterable[bytes], environ: dict[str, Any]) -> bool:
    """Whether the body runs no code of the application. Servers know such bodies by their type: their length, their file."""
    files: Any = environ.get("wsgi.file_wrapper")
    return isinstance(body, (list, tuple)) or (isinstance(files, type) and isinstance(body, files))
