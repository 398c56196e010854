"""Requests to meter and the answers to them: how each is read, and which errors may cost (pure)."""

from __future__ import annotations

from traceback import walk_tb
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from coobird.integrations._metering.terms import Terms
from coobird.integrations._metering.usage import field

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from coobird.integrations._metering.usage import Usage

_MAX_CAUSES = 10
"""Number of causes of an error that are looked at. A chain of causes may be a circle."""

# Errors of the SDKs themselves, for a client that cannot make requests.
_SDK_ERRORS = ("OpenAIError", "AnthropicError")

# Packages of the SDKs that are asked here, and of their HTTP libraries.
_LIBRARIES = frozenset({"openai", "anthropic", "httpx", "httpx2"})

# Function of the HTTP libraries that hands a request to its transport.
_SENDS = "_send_single_request"

# Errors of HTTP libraries for a request that was not sent. Compared by name, because the versions
# of the SDKs use different libraries.
_UNSENT = frozenset(
    {
        "ConnectError",
        "ConnectTimeout",
        "PoolTimeout",
        "UnsupportedProtocol",
        # aiohttp
        "ClientConnectorError",
        "ConnectionTimeoutError",
        "InvalidURL",
        # google-auth
        "DefaultCredentialsError",
        "RefreshError",
    }
)

CLOSED = "Cannot send a request, as the client has been closed."
"""Text of the error that httpx raises, instead of a request, for a client that was closed."""


class ModelAnswer(NamedTuple):
    """Facts that an answer states about itself.

    Attributes:
        reason: Cause of (partly) unknown usage, worded to follow "because".
        terms: Facts of the answer that decide its price.
        durations: Times that the provider measured, as in `Call`.
    """

    id: str | None
    model: str | None
    usage: Usage | None
    reason: str = ""
    terms: Terms = Terms()
    durations: tuple[tuple[str, int], ...] = ()


class StreamReader(Protocol):
    """Reader of one stream's items as they pass by."""

    def read(self, item: Any) -> bool:
        """Read an item; False if the caller did not ask for it and must not get it."""
        ...

    def answer(self) -> ModelAnswer:
        """Return what was read so far."""
        ...


class ModelRequest(NamedTuple):
    """Request to a model, which is to be metered.

    Attributes:
        options: The SDK's options of the request, to send instead of the caller's.
        read_answer: Reads an answer that is no stream.
        open_reader: Makes the reader of a stream.
        model: Name of the model that is asked for; `None` if unknown.
        terms: Facts of the request and of the client that decide its price: the tier that was asked
            for, the region of the endpoint.
        is_poll: True if it reads an answer that was asked for by an earlier request.
    """

    options: Any
    provider: str
    operation: str
    read_answer: Callable[[Any], ModelAnswer]
    open_reader: Callable[[], StreamReader]
    model: str | None = None
    terms: Terms = Terms()
    is_poll: bool = False


def unread_answer() -> ModelAnswer:
    return ModelAnswer(None, None, None, "its body was not read through the SDK")


def may_be_answered(error: BaseException) -> bool:
    """True if the provider may have answered a call that ended with this error.

    That is so if the call was cancelled, its answer did not come in time or could not be read, or
    its event loop ended. It is not so if the SDK could not even make the request.
    """
    if type(error) in (TypeError, ValueError) and not _has_been_sent(error):
        return False  # wrong arguments
    return may_have_left(error) and not is_of_setup(error)


def _has_been_sent(error: BaseException) -> bool:
    """True if the request was sent before this error, such as one of a hook or of a parser.

    The functions that the error has left tell it: the one that sends a request, or one that has the
    answer, which all of these libraries name `response`.
    """
    for frame, _ in walk_tb(error.__traceback__):
        if package_of(frame) in _LIBRARIES:
            status = field(frame.f_locals.get("response"), "status_code")
            is_answered = isinstance(status, int) and status < 400
            if is_answered or frame.f_code.co_name == _SENDS:
                return True
    return False


def package_of(frame: FrameType) -> str:
    """Return the name of the package whose code the frame runs."""
    return str(frame.f_globals.get("__name__")).partition(".")[0]


def is_of_setup(error: BaseException) -> bool:
    """True if an error of an SDK says that its client cannot make requests."""
    return type(error).__name__ in _SDK_ERRORS


def may_have_left(error: BaseException) -> bool:
    """True if the provider may charge for a single attempt that ended with this error.

    That is so unless the provider refused it, or it is known not to have been sent.
    """
    if not isinstance(error, Exception):
        return True  # cancelled
    if any(isinstance(status, int) and status >= 400 for status in (field(error, "status_code"), field(error, "code"))):
        return False
    causes: list[BaseException | None] = [error, error.__cause__]
    return not any(is_unsent(cause) for cause in causes if cause is not None)


def is_unsent(error: BaseException) -> bool:
    """True if an error of an HTTP library says that the request was not sent."""
    is_of_closed_client = type(error) is RuntimeError and str(error) == CLOSED
    return is_of_closed_client or any(kind.__name__ in _UNSENT for kind in type(error).__mro__)


def is_refusal(error: BaseException) -> bool:
    """True if an error, or one that it was raised from, has the status of a refusal."""
    cause: BaseException | None = error
    for _ in range(_MAX_CAUSES):
        if cause is None:
            return False
        of_aws = field(cause, "response", "ResponseMetadata", "HTTPStatusCode")
        of_httpx = field(cause, "response", "status_code")
        statuses = (field(cause, "status_code"), field(cause, "code"), of_aws, of_httpx)
        if any(isinstance(status, int) and status >= 400 for status in statuses):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
