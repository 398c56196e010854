"""Errors of this package, as one tree. Catch the branch that you can act on.

    CoobirdError
    ├── ConfigurationError             a client or an integration got a setting that cannot work
    ├── DisabledError                  a direct call on a client built with disabled=True
    ├── InvalidEventError              an event that cannot be sent as it is; has the event
    ├── DroppedEventsError             events that will not be delivered; has the events
    ├── OutageError                    events wait, because no try to deliver them succeeds
    ├── DeliveryResumed                no error: the outage is over
    ├── SpoolError                     the spool needs attention; no event is lost by that
    ├── InvalidRunTokenError           a run token that cannot be read, or a run that fits into none
    ├── BudgetError                    a budget was used in a way that it cannot account for
    │   └── SettlementError            ... could not be settled; has the calls that remain to make
    └── APIError                       a call to the API failed; has method, path and request id
        ├── InvalidRequestError        an argument cannot be sent; nothing was sent
        ├── APIConnectionError         no complete answer arrived
        │   ├── APITimeoutError        ... within `request_timeout`
        │   └── TransportError         the broker or database of `transport` took no event
        ├── ResponseShapeError         a success arrived whose body cannot be read
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

`coobird.integrations` adds `MeteringError`: a model call that was not metered correctly.

Other refusals (a redirect, 402, 413, ...) are a plain `APIStatusError`. Every message says what
happened, to which request or event, and what to try. Errors can be pickled. None of them holds the
API key: they keep what the server answered, not what was sent.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal
    from typing import Any, ClassVar, TypeGuard

    import httpx

QUOTED_CHARACTERS = 500
"""Characters of a server's text that a message quotes. The error's `body` has all of it."""


class CoobirdError(Exception):
    """Base class of every error that this package raises on purpose."""


class ConfigurationError(CoobirdError):
    """The client cannot be built with these settings. The message says what to write instead."""


class InsecureHostWarning(UserWarning):
    """The API key will be sent unencrypted, over http, to another machine.

    A warning and not an error, so that a test environment can filter it.
    """


class DisabledError(CoobirdError):
    """A direct call on a client that was built with `disabled=True`, which never sends anything."""


class InvalidEventError(CoobirdError):
    """An event that cannot be sent as it is.

    Raised by `track_immediate`; given to `on_error` by `track`.

    Attributes:
        event: Arguments of the call, as they were given.
        request_id: Id of the request in whose answer the server rejected it; `None` if it was not
            sent, or the server gave no id.
    """

    def __init__(self, message: str, *, event: Mapping[str, Any] | None = None, request_id: str | None = None) -> None:
        super().__init__(message)
        self.event: dict[str, Any] = dict(event or {})
        self.request_id = request_id


class DroppedEventsError(CoobirdError):
    """Events that will not be delivered. Given to `on_error`, never raised.

    If a request failed, `__cause__` is its error.

    Attributes:
        count: Number of events that were dropped.
        reason: Reason as in `dropped_by_reason` of `stats()`, for example `queue_full`.
    """

    def __init__(self, message: str, *, events: Sequence[bytes | Mapping[str, Any]] = (), reason: str = "") -> None:
        super().__init__(message)
        self._events = tuple(events)
        self.count: int = len(self._events)
        self.reason = reason

    @property
    def events(self) -> list[dict[str, Any]]:
        """Dropped events in wire form, oldest first. To track them again, keep their `event_id`."""
        import json

        return [json.loads(event) if isinstance(event, bytes) else dict(event) for event in self._events]


class OutageError(CoobirdError):
    """Events cannot be delivered at the moment. Given to `on_error`, never raised.

    It is given once, when the retries of a batch are used up. No event is lost by that: events wait
    in the queue or in the spool, and are sent when the server answers again, which
    `DeliveryResumed` tells. `__cause__` is the error of the last try.

    Attributes:
        waiting: Number of events that wait.
        is_partial: True if only these events fail, while others are delivered. They are tried again
            for as long as `max_event_age` says, and no `DeliveryResumed` follows.
    """

    def __init__(self, message: str, *, waiting: int = 0, is_partial: bool = False) -> None:
        super().__init__(message)
        self.waiting = waiting
        self.is_partial = is_partial

    @classmethod
    def of(cls, cause: Exception, waiting: int, place: str) -> OutageError:
        """Return the error for an outage with this cause. `place` names where the events wait."""
        noun = "1 event waits" if waiting == 1 else f"{waiting} events wait"
        error = cls(
            f"Events cannot be delivered at the moment. {noun} {place}, and delivery is tried again until the server "
            f"answers. {cause}",
            waiting=waiting,
        )
        error.__cause__ = cause
        return error

    @classmethod
    def of_batch(cls, cause: Exception, waiting: int) -> OutageError:
        """Return the error for events that fail alone, with this cause."""
        noun = "1 event cannot" if waiting == 1 else f"{waiting} events cannot"
        error = cls(
            f"{noun} be delivered at the moment, although others are. Delivery of them is tried again. {cause}",
            waiting=waiting,
            is_partial=True,
        )
        error.__cause__ = cause
        return error


class DeliveryResumed(CoobirdError):  # noqa: N818 - it is no error, but `on_error` is where it is waited for
    """The server answers again after an `OutageError`, and the events that waited are being sent.

    Given to `on_error`, never raised. It needs no action: close the alarm that the outage raised.

    Attributes:
        seconds: Time since the outage was reported.
        waiting: Number of events that wait to be sent.
    """

    def __init__(self, message: str, *, seconds: float = 0.0, waiting: int = 0) -> None:
        super().__init__(message)
        self.seconds = seconds
        self.waiting = waiting

    @classmethod
    def after(cls, seconds: float, waiting: int) -> DeliveryResumed:
        """Return the notice for the end of an outage."""
        noun = "1 event that waited is" if waiting == 1 else f"{waiting} events that waited are"
        return cls(
            f"The server answers again after an outage of {seconds:.0f} seconds. {noun} being sent.",
            seconds=seconds,
            waiting=waiting,
        )


class SpoolError(CoobirdError):
    """The spool needs attention. Given to `on_error`, never raised.

    The message says what happened to the events, and what to do.
    """


class InvalidRunTokenError(CoobirdError, ValueError):
    """A run token cannot be read or written. The message says why; it does not quote the token."""


class BudgetError(CoobirdError):
    """A budget was used in a way that it cannot account for.

    The message says what to write instead.
    """


class SettlementError(BudgetError):
    """A budget could not be settled: credits must go back into the wallet, or are still owed to it.

    Each budget that cannot be settled is reported once. `settle()` of the budget tries again. The
    remaining calls can also be made by hand, in any process and any number of times, because their
    idempotency keys prevent a second transfer:

        for operation, arguments in error.calls:
            getattr(coomon, operation)(error.wallet_id, **arguments)

    Attributes:
        wallet_id: Id of the wallet.
        calls: Calls that remain to be made, in this order: the name of the method, and its
            arguments after the wallet's id.
    """

    def __init__(
        self, message: str, *, wallet_id: str = "", calls: Sequence[tuple[str, Mapping[str, Any]]] = ()
    ) -> None:
        super().__init__(message)
        self.wallet_id = wallet_id
        self.calls: tuple[tuple[str, dict[str, Any]], ...] = tuple(
            (operation, dict(arguments)) for operation, arguments in calls
        )


class APIError(CoobirdError):
    """A call to the API failed.

    The constructor adds the request and the hint (what to try) to the message.

    Attributes:
        method: HTTP method of the request.
        path: Path as sent, without the query.
        status_code: HTTP status of the answer; `None` if no answer arrived.
        headers: Headers of the answer, with names in lower case; empty if no answer arrived.
        request_id: Id that the server gave to this request (`X-Request-Id`). Quote it when you ask
            for help.
        code: Kind of problem for programs, for example `not_found`; `None` if the server sent none.
        body: JSON value of the answer, or its text if it is not JSON; `None` without a body.
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
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in (headers or {}).items()}
        self._content = content
        self.request_id: str | None = self.headers.get("x-request-id") or text_of(self.body, "request_id")
        self.code: str | None = text_of(self.body, "code")
        where = quote(f"{method} {path}")
        if where and self.request_id:
            where += f", request id {quote(self.request_id)}"
        hint = type(self).hint if hint is None else hint
        super().__init__(message.removesuffix(".") + (f" ({where})." if where else ".") + (f" {hint}" if hint else ""))

    def __reduce__(self) -> tuple[Any, ...]:
        # The message in `args` is complete, so unpickling must not run __init__ again.
        return _rebuild, (type(self), self.args, self.__dict__)

    @property
    def response(self) -> httpx.Response | None:
        """Answer as `httpx.Response`; `None` if none arrived.

        Its request has no headers, and so no key.
        """
        if self.status_code is None:
            return None
        # As in `_http.http_library`, which this module must not import: everything imports it.
        if TYPE_CHECKING:
            import httpx
        else:
            try:
                import httpx
            except ModuleNotFoundError:
                import httpx2 as httpx

        request = httpx.Request(self.method or "GET", self.path)
        return httpx.Response(self.status_code, headers=self.headers, content=self._content, request=request)


class InvalidRequestError(APIError):
    """An argument cannot be sent: an empty id, NaN, a value without a JSON form.

    Nothing was sent.
    """


class APIConnectionError(APIError):
    """No complete answer arrived, after `max_retries` more tries.

    The server may or may not have carried out the request.
    """

    hint = "Check the network, the proxy settings and `host`; then make the call again if it may be repeated."


class APITimeoutError(APIConnectionError):
    """No complete answer arrived within `request_timeout` seconds."""

    hint = "Check that `host` is reachable, or give the client a larger `request_timeout`."


class TransportError(APIConnectionError):
    """The broker or database that `transport` names did not acknowledge events.

    They may or may not be there. Queued events wait and are published again, with the same ids.
    """

    hint = "Check that it is reachable from here, and the names and the password in `transport`."


class ResponseShapeError(APIError):
    """The server answered with a success, but its body cannot be what was asked for.

    It is no JSON, no object, not the list that was promised, or it breaks off. Or it does not say
    what became of an event, or has no entries where an `iter_` method goes through them. The server
    may have carried out the request: look before you repeat a call that creates something.

    Single fields do not cause it. A field that is missing reads as `None` if the contract allows
    null, else as `UNSET`. A field of another type than the contract promises reads as `UNSET`, and
    `additional_properties` has its value. Both are written to the logger `coobird` once.
    """

    hint = "Check that `host` is a Coobird server. If it is, its version may not fit this package: upgrade coobird."


class APIStatusError(APIError):
    """The server answered with a status that is not 2xx.

    Attributes:
        retry_after: Seconds that the server asked to wait (`Retry-After`); `None` if it named none.
        tries: Number of times that the request was sent. The error is the answer to the last one.
    """

    hint = "Check that `host` is a Coobird server, and that no proxy answers in its place."
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

    hint = "Check the id, and that the API key belongs to the tenant that has it."


class ConflictError(APIStatusError):
    """409: wrong state, a code that is taken, or an idempotency key used with another body."""

    hint = "Read the resource again before you decide what to change; a new intent needs a new idempotency key."


class InsufficientCreditsError(ConflictError):
    """409: the wallet holds fewer credits than the request asks for. Nothing was deducted.

    Attributes:
        wallet_id: Id of the wallet, if `budget` refused to start a run; else `None`.
        estimate: Credits that this run was expected to spend; `None` if `budget` was not used.
        balance: Credits that the wallet held a moment later; `None` if that is not known.
    """

    hint = "Top the wallet up, or ask for less."
    wallet_id: str | None = None
    estimate: Decimal | None = None
    balance: Decimal | None = None


class UnprocessableEntityError(APIStatusError):
    """422: a field or a query value is not acceptable; `body["errors"]` names each."""

    hint = "Correct the named fields."


class RateLimitError(APIStatusError):
    """429: too many requests, after `max_retries` more tries. `retry_after` is in seconds."""

    hint = "Wait as long as `retry_after` says, or send less often."


class InternalServerError(APIStatusError):
    """5xx: the server failed, after `max_retries` more tries."""

    hint = "Try again later."


def _rebuild(kind: type[APIError], args: tuple[Any, ...], state: dict[str, Any]) -> APIError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


def quote(text: str) -> str:
    """Return the text on one line and of bounded length, fit for a message or a log."""
    line = " ".join(text.split())
    if len(line) > QUOTED_CHARACTERS:
        line = line[:QUOTED_CHARACTERS] + "…"
    if not line.isprintable():
        # Control characters could move the cursor of a terminal, or hide the rest of the line.
        line = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line)
    return line


def read_body(content: bytes) -> Any:
    """Return the JSON value of an answer, or its text if it is not JSON; `None` without a body."""
    if not content:
        return None
    import json

    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace")


def text_of(body: object, name: str) -> str | None:
    """Return a field of a problem document if it is a text that is not empty."""
    value = body.get(name) if is_object(body) else None
    return value if isinstance(value, str) and value else None


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Return True for a JSON object."""
    return isinstance(value, dict)
