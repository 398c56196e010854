"""Translation to and from the HTTP library, for both sessions: requests, answers, errors."""

from __future__ import annotations

from coobird._http.answer import AnswerReader, NoAnswer
from coobird._http.interruption import handler_of, is_from_signal_handler

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import httpx

    from coobird._http.request import Request
    from coobird._http.transport import DirectAnswer, DirectClient
    from coobird._settings.settings import Settings

# Errors of a request that the server cannot have received.
_UNSENT = frozenset(
    ("ConnectError", "ConnectTimeout", "PoolTimeout", "ConnectionNotAvailable", "UnsupportedProtocol", "InvalidURL")
)


def http_request(
    client: httpx.Client | httpx.AsyncClient | DirectClient,
    request: Request,
    settings: Settings,
    seconds: float,
    *,
    trace: Callable[..., None] | None = None,
) -> Any:
    """Return the request for the HTTP library, with the API key in its headers.

    `trace` is called by a client of httpx for each step of the connection.
    """
    from coobird._http.http_library import httpx
    from coobird._http.transport import DirectClient

    is_direct = isinstance(client, DirectClient)
    headers = {**request.headers, "Authorization": f"Bearer {settings.api_key.reveal()}"}
    outgoing = client.build_request(
        request.method,
        request.url(settings.host),
        # httpx.Headers hides the value in its repr, so no traceback of httpx shows the key.
        headers=headers if is_direct else httpx.Headers(headers),
        content=request.content,
        timeout=seconds,
    )
    if trace is not None and not is_direct:
        outgoing.extensions["trace"] = trace
    return outgoing


def reader_for(response: httpx.Response | DirectAnswer, settings: Settings) -> AnswerReader:
    """Return the reader of an answer whose body has not arrived yet."""
    # A transport that answers from memory, as in tests, has decompressed the body already.
    return AnswerReader(
        response.status_code, response.headers, settings.api_key, is_decompressed=response.is_stream_consumed
    )


def no_answer_from(
    error: Exception,
    client: httpx.Client | httpx.AsyncClient | DirectClient,
    seconds: float,
    handled: BaseException | None,
) -> NoAnswer:
    """Return the result of a try that ended with an error of the HTTP library.

    A `RuntimeError` that has another cause than a closed client is raised again. So is an error of
    a signal handler, also if the HTTP library took it for one of the network. `handled` is as for
    `forget_locals`.
    """
    if (interruption := _interruption_in(error, handled)) is not None:
        forget_locals(error, handled)
        raise interruption
    if isinstance(error, RuntimeError) and not client.is_closed:
        forget_locals(error, handled)
        raise error
    # The names are those of each library.
    kinds = {kind.__name__ for kind in type(error).__mro__}
    was_sent = not kinds & _UNSENT
    if isinstance(error, TimeoutError) or "TimeoutException" in kinds:
        return timed_out(seconds, was_sent=was_sent)
    return NoAnswer(f"{type(error).__name__}: {error}".removesuffix(": "), was_sent=was_sent)


def _interruption_in(error: BaseException, handled: BaseException | None) -> BaseException | None:
    """Return the error of a signal handler that led to this error; `None` if there is none."""
    chain: BaseException | None = error
    while chain is not None and chain is not handled and not is_from_signal_handler(chain):
        chain = chain.__cause__ or chain.__context__
    return None if chain is handled else chain


def timed_out(seconds: float, *, was_sent: bool = True) -> NoAnswer:
    """Return the result of a try that took longer than its `seconds`."""
    return NoAnswer(f"timed out after {seconds:g} seconds", is_timeout=True, was_sent=was_sent)


def client_closed(name: str) -> NoAnswer:
    """Return the result of a try over the HTTP client that the program gave and has closed.

    `name` is its argument of the constructor, for example `http_client`.
    """
    remedy = f"Pass an {name} that is open, and close it after this client."
    return NoAnswer(f"the {name} that was given is closed", was_sent=False, remedy=remedy)


def forget_locals(error: BaseException, handled: BaseException | None) -> None:
    """Clear the local variables of the HTTP library's frames in a traceback.

    Some of them hold the request's headers, and with them the API key. Crash reporters show local
    variables. Those of a signal handler stay: `is_from_signal_handler` reads them.

    Args:
        error: Exception about to be raised to the program.
        handled: Exception that the program was handling before the call. Its frames are the
            program's own.
    """
    chain: BaseException | None = error
    while chain is not None and chain is not handled:
        step, end = chain.__traceback__, handler_of(chain)
        while step is not None and step is not end:
            try:
                step.tb_frame.clear()
            except RuntimeError:  # the function is still running
                pass
            step = step.tb_next
        chain = chain.__cause__ or chain.__context__
