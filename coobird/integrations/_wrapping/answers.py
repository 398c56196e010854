"""What is read of a call: how it is planned, what its answer says, and what it means that none came (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._metering.usage import Usage

# How HTTP libraries name the failure to send a request at all. By name, as each version of the SDKs has its own library.
_UNSENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol")


class Answer(NamedTuple):
    """What an answer says about itself. `reason`: why (part of) its usage is not known."""

    id: str | None
    model: str | None
    usage: Usage | None
    reason: str = ""


class StreamReader(Protocol):
    """Reads the items of one stream as they go by."""

    def see(self, item: Any) -> bool:
        """Read an item; False if the caller did not ask for it and must not get it."""
        ...

    def answer(self) -> Answer:
        """Return what was seen so far."""
        ...


class Plan(NamedTuple):
    """A call that is to be metered: the options to send instead, and how to read what comes back."""

    options: Any
    provider: str
    operation: str
    read: Callable[[Any], Answer]
    reader: Callable[[], StreamReader]


def unread() -> Answer:
    return Answer(None, None, None, "its body was not read through the SDK")


def may_be_answered(error: BaseException) -> bool:
    """Whether a call that ended with this error may have got through: it was cancelled, or its answer did not come in time."""
    names = {kind.__name__ for kind in type(error).__mro__}
    is_unsent = type(error.__cause__).__name__ in _UNSENT
    return not isinstance(error, Exception) or ("APIConnectionError" in names and not is_unsent)
