"""What surrounds one try of a call, whichever way it is sent: the request for the HTTP library, and what its errors mean."""

from __future__ import annotations

from coobird._http.tries import Arrival, Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    import httpx

    from coobird._http.request import Request
    from coobird._http.transport import DirectClient
    from coobird._settings.settings import Settings


def outgoing(
    client: httpx.Client | httpx.AsyncClient | DirectClient, request: Request, settings: Settings, seconds: float
) -> httpx.Request:
    """The request with the API key in it."""
    import httpx

    # httpx.Headers hides the value in its repr, so the key shows in no traceback of what follows.
    headers = httpx.Headers({**request.headers, "Authorization": f"Bearer {settings.api_key.reveal()}"})
    return client.build_request(
        request.method, request.url(settings.host), headers=headers, content=request.content, timeout=seconds
    )


def arrival_of(response: httpx.Response, settings: Settings) -> Arrival:
    """The answer, whose body is still to come."""
    # A transport that answers from memory (in a test, say) has unpacked the body already.
    return Arrival(response.status_code, response.headers, settings.api_key, is_unpacked=response.is_stream_consumed)


def failure_of(
    error: Exception,
    client: httpx.Client | httpx.AsyncClient | DirectClient,
    seconds: float,
    handled: BaseException | None,
) -> Failure:
    """What a library's error means for the try. Anything that is not about the exchange is raised again."""
    import httpx

    if isinstance(error, RuntimeError) and not client.is_closed:
        forget_locals(error, handled)
        raise error
    unsent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return out_of_time(seconds, was_sent=not isinstance(error, unsent))
    return Failure(f"{type(error).__name__}: {error}".removesuffix(": "), was_sent=not isinstance(error, unsent))


def out_of_time(seconds: float, *, was_sent: bool = True) -> Failure:
    """The try has taken as long as it may."""
    return Failure(f"{seconds:g} seconds were not enough", is_timeout=True, was_sent=was_sent)


def closed(name: str) -> Failure:
    """The program has closed the HTTP client that it gave as `name`."""
    remedy = f"Give the client an {name} that is open, and close it last."
    return Failure(f"the {name} that was given is closed", was_sent=False, remedy=remedy)


def forget_locals(error: BaseException, handled: BaseException | None) -> None:
    """Empty the library's frames: some have the request's headers in their variables, and a report of a crash shows those.

    `handled` is what the caller was dealing with before: its frames are the program's own.
    """
    from traceback import clear_frames

    chain: BaseException | None = error
    while chain is not None and chain is not handled:
        clear_frames(chain.__traceback__)
        chain = chain.__cause__ or chain.__context__
