"""What can go wrong, as one tree. Catch the branch that you can act on.

    CoobirdError
    ├── ConfigurationError             the client, or an integration, was given what cannot work
    ├── DisabledError                  a direct call on a client built with disabled=True
    ├── InvalidEventError              an event that cannot be sent as it is; carries it
    ├── DroppedEventsError             events that will not be delivered; carries them
    ├── SpoolError                     the spool needs attention; no event is lost by that
    ├── BudgetError                    a budget was used in a way that it cannot keep account of
    │   └── SettlementError            ... could not be settled; has the calls that are left to make
    └── APIError                       a call to the API failed; knows method, path and request id
        ├── InvalidRequestError        an argument cannot be put on the wire; nothing was sent
        ├── APIConnectionError         no complete answer arrived
        │   └── APITimeoutError        ... within `request_timeout`
        ├── ResponseShapeError         an answer arrived that the contract does not describe
        └── APIStatusError             the server refused; one class per status:
            ├── BadRequestError            400
            ├── AuthenticationError        401
            ├── PermissionDeniedError      403
            ├── NotFoundError              404
            ├── ConflictError              409
            │   └── InsufficientCreditsError   ... the wallet holds too little
            ├── UnprocessableEntityError   422
            ├── RateLimitError             429
            └── InternalServerError        5xx

Two more that are a `CoobirdError` are beside what raises them: `InvalidRunTokenError`, for a text that is no run's token, and
`MeteringError` in `coobird.integrations`, for a call of a model that was not metered as it should.

Other refusals (a redirect, 402, 413, ...) are a plain `APIStatusError`. Every message says what happened, to which request,
and what to try. Errors can be pickled, and none of them holds the API key: they keep what the server answered, not what was sent.
"""

from __future__ import annotations

from coobird._http.problem import quote, read_body, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal
    from typing import Any, ClassVar

    import httpx


class CoobirdError(Exception):
    """The root of the tree: everything that this package raises on purpose."""


class ConfigurationError(CoobirdError):
    """The client cannot be built like this. The message says what to write instead."""


class InsecureHostWarning(UserWarning):
    """The API key is about to be sent over plain http to another machine. A warning, so that a lab can filter it."""


class DisabledError(CoobirdError):
    """A direct call was made on a client built with `disabled=True`, which never sends anything."""


class InvalidEventError(CoobirdError):
    """An event that cannot be sent as it is. Raised by `track_immediate`; given to `on_error` by `track`.

    Attributes:
        event: The arguments of the call, as they were given.
    """

    def __init__(self, message: str, *, event: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.event: dict[str, Any] = dict(event or {})


class DroppedEventsError(CoobirdError):
    """Events that will not be delivered. Only ever given to `on_error`; `__cause__` says why if a request failed.

    Attributes:
        count: How many events were dropped.
    """

    def __init__(self, message: str, *, events: Sequence[bytes | Mapping[str, Any]] = ()) -> None:
        super().__init__(message)
        self._events = tuple(events)
        self.count = len(self._events)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The dropped events in wire form, oldest first: enough to track them again with the same `event_id`."""
        import json

        return [json.loads(event) if isinstance(event, bytes) else dict(event) for event in self._events]


class SpoolError(CoobirdError):
    """The spool needs attention. Only ever given to `on_error`: the message says what became of the events, and what to do."""


class BudgetError(CoobirdError):
    """A budget was used in a way that it cannot keep account of. The message says what to write instead."""


class SettlementError(BudgetError):
    """A budget could not be settled: credits have to go back into the wallet, or are still owed. Each budget tells its own.

    `settle()` of the budget tries again. By hand, here or in another process and however often, since the keys make sure
    that nothing is moved twice:

        for operation, arguments in error.calls:
            getattr(coomon, operation)(error.wallet_id, **arguments)

    Attributes:
        wallet_id: The wallet.
        calls: What is left to do, in this order: names of methods, and what they take beside the wallet's id.
    """

    def __init__(
        self, message: str, *, wallet_id: str = "", calls: Sequence[tuple[str, Mapping[str, Any]]] = ()
    ) -> None:
        super().__init__(message)
        self.wallet_id = wallet_id
        self.calls = tuple((operation, dict(arguments)) for operation, arguments in calls)


class APIError(CoobirdError):
    """A call to the API failed.

    The message is completed with the request and with what to try.

    Attributes:
        method: The HTTP method.
        path: The path as sent, without query.
        status_code: The HTTP status; `None` if none arrived.
        request_id: The server's name for this exchange (`X-Request-Id`): quote it when you ask for help.
        code: The kind of problem for a program, for example `not_found`; `None` if the server named none.
        body: The answer's JSON value, or its text, or `None` if there was none.
    """

    hint: ClassVar[str] = ""

    def __init__(
        self,
        message: str,
        *,
        method: str = "",
        path: str = "",
        status_code: int | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        hint: str | None = None,
    ) -> None:
        self.method = method
        self.path = path
        self.status_code = status_code
        self.body: Any = read_body(content)
        self._headers = {name.lower(): value for name, value in (headers or {}).items()}
        self._content = content
        self.request_id = self._headers.get("x-request-id") or text_of(self.body, "request_id")
        self.code = text_of(self.body, "code")
        where = quote(f"{method} {path}")
        if where and self.request_id:
            where += f", request id {quote(self.request_id)}"
        hint = type(self).hint if hint is None else hint
        super().__init__(message.removesuffix(".") + (f" ({where})." if where else ".") + (f" {hint}" if hint else ""))

    def __reduce__(self) -> tuple[Any, ...]:
        # The message in `args` is complete, so __init__ must not run again when the error is unpickled.
        return _rebuild, (type(self), self.args, self.__dict__)

    @property
    def response(self) -> httpx.Response | None:
        """The answer as `httpx.Response`, with a request that has no headers; `None` if no answer arrived."""
        if self.status_code is None:
            return None
        import httpx

        request = httpx.Request(self.method or "GET", self.path)
        return httpx.Response(self.status_code, headers=self._headers, content=self._content, request=request)


class InvalidRequestError(APIError):
    """An argument cannot be put on the wire: an empty id, NaN, a value without a JSON form. Nothing was sent."""


class APIConnectionError(APIError):
    """No complete answer arrived, after `max_retries` more tries. Whether the server acted on the request is unknown."""

    hint = "Check the network, the proxy settings and `host`; a call that may be repeated can be made again."


class APITimeoutError(APIConnectionError):
    """No complete answer arrived within `request_timeout` seconds."""

    hint = "Check that `host` is reachable, or give the client a larger `request_timeout`."


class ResponseShapeError(APIError):
    """The server answered, but not what the contract promises: another format, a missing field, an undocumented status.

    What the request asked for may have been done.
    """

    hint = "Check that `host` is a Coobird server; if it is, it may be newer than this package: upgrade that."


class APIStatusError(APIError):
    """The server answered with a status that is not 2xx.

    Attributes:
        retry_after: Seconds that the server asked to wait (`Retry-After`); `None` if it named none.
        tries: How many times the request was sent; this is the answer to the last.
    """

    status_code: int
    retry_after: float | None = None
    tries: int = 1


class BadRequestError(APIStatusError):
    """400: the request is not well formed."""

    hint = "Compare the arguments with the method's documentation."


class AuthenticationError(APIStatusError):
    """401: the API key is missing or not valid."""

    hint = "Check that the API key is current and belongs to this `host`."


class PermissionDeniedError(APIStatusError):
    """403: the API key may not do this."""

    hint = "Use an API key that is allowed to do this."


class NotFoundError(APIStatusError):
    """404: nothing with this id exists for this API key."""

    hint = "Check the id (Coobird's own, not your external_id) and that the API key belongs to the same tenant."


class ConflictError(APIStatusError):
    """409: wrong state, a code that is taken, or an idempotency key that was used with another body."""

    hint = "Read the resource again before you decide what to change; a new intent needs a new idempotency key."


class InsufficientCreditsError(ConflictError):
    """409: the wallet holds fewer credits than are asked for. Nothing was taken.

    Attributes:
        wallet_id: The wallet, and
        estimate: the credits that a run was expected to take, if `budget` refused it; else `None`.
        balance: The credits that the wallet held a moment later; `None` if that is not known.
    """

    hint = "Top the wallet up, or ask for less."
    wallet_id: str | None = None
    estimate: Decimal | None = None
    balance: Decimal | None = None


class UnprocessableEntityError(APIStatusError):
    """422: a field or a query value is not acceptable; `body["errors"]` names each."""

    hint = "Correct the named fields."


class RateLimitError(APIStatusError):
    """429: too many requests, after `max_retries` more tries. `retry_after` says how many seconds to wait."""

    hint = "Wait as long as `retry_after` says, or send less often."


class InternalServerError(APIStatusError):
    """5xx: the server failed, after `max_retries` more tries."""

    hint = "Try again later."


def _rebuild(kind: type[APIError], args: tuple[Any, ...], state: dict[str, Any]) -> APIError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error
