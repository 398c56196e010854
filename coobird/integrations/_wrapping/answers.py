"""Requests to meter and the answers to them: how each is read, and which errors may cost (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._metering.usage import Usage

# Errors of HTTP libraries for a request that was not sent. Compared by name, because the versions
# of the SDKs use different libraries.
_UNSENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol")


class ModelAnswer(NamedTuple):
    """Facts that an answer states about itself.

    Attributes:
        reason: Cause of (partly) unknown usage, worded to follow "because".
    """

    id: str | None
    model: str | None
    usage: Usage | None
    reason: str = ""


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
    """

    options: Any
    provider: str
    operation: str
    read_answer: Callable[[Any], ModelAnswer]
    open_reader: Callable[[], StreamReader]


def unread_answer() -> ModelAnswer:
    return ModelAnswer(None, None, None, "its body was not read through the SDK")


def may_be_answered(error: BaseException) -> bool:
    """True if the provider may have answered a call that ended with this error.

    That is so if the call was cancelled, or its answer did not come in time.
    """
    names = {kind.__name__ for kind in type(error).__mro__}
    is_unsent = type(error.__cause__).__name__ in _UNSENT
    return not isinstance(error, Exception) or ("APIConnectionError" in names and not is_unsent)
