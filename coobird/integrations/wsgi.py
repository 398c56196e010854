"""Runs for the requests of WSGI applications: Flask, Bottle, Pyramid and others.

def payer(environ):
    return {"customer_id": environ["HTTP_X_CUSTOMER"], "agent_id": "assistant"}

app.wsgi_app = CoobirdMiddleware(app.wsgi_app, coomon, run=payer)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coobird.integrations._run_opener import RunOpener

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from coobird import AsyncCoomon, Coomon, Run
    from coobird.integrations._run_opener import PayerFunction

    WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class CoobirdMiddleware:
    """Makes each request a run, which lasts until the response's body is read and closed.

    Requests, errors and bodies pass through unchanged. It is safe for any number of threads and
    needs no framework. Queued events are delivered when the process ends.
    """

    def __init__(self, app: WSGIApp, coomon: Coomon | AsyncCoomon, *, run: PayerFunction) -> None:
        """Wrap an application. Nothing is called yet.

        Args:
            app: The application.
            coomon: The client whose events take missing values from the run.
            run: Payer function. It is called with each request's environ, and returns `RunOptions`,
                or `None` for no payer. An error of it is reported to `on_error`, and the request
                goes on without a run.
        """
        self._app = app
        self._opener = RunOpener(coomon, run)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request."""
        with self._opener.open(environ) as run:
            body = self._app(environ, start_response)
        return body if _is_ready(body, environ) else _Body(body, run)


class _Body:
    """Body whose pieces are made in a run.

    The run is current only while a piece is made: between two pieces the thread may serve another
    request.
    """

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
    """True if the body runs no code of the application, so that it is returned as it is.

    Servers recognize such bodies by their type: a list has a length, a file wrapper has a file.
    """
    files: Any = environ.get("wsgi.file_wrapper")
    return isinstance(body, (list, tuple)) or (isinstance(files, type) and isinstance(body, files))
