"""Errors of metering, and their way to `on_error`: metering never raises into the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from coobird.errors import CoobirdError
from coobird.integrations._checks import check_coomon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coobird import Run


class MeteringError(CoobirdError):
    """A model call could not be metered as it should. Reported to `on_error`.

    Only `meter_batch` raises it, if its events cannot be delivered or the results break off.

    Attributes:
        call: Known facts of the call: `provider`, `model`, `response_id`, `source` and so on.
    """

    def __init__(self, message: str, *, call: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.call: dict[str, Any] = dict(call or {})


class UsageMissingError(MeteringError):
    """The provider did not report (all) tokens of a call. Nothing is guessed or billed as zero."""


class PriceMissingError(MeteringError):
    """The cost of a call is not known for certain, so its event has no `cost_usd`.

    The message names the fact that stood in the way. Reported once for each model and reason.
    """


class BatchNotEndedError(CoobirdError):
    """A batch has not ended, so that its results cannot be metered yet. Call again later.

    Attributes:
        status: Status of the batch, in the provider's words.
    """

    def __init__(self, batch_id: str, status: str) -> None:
        super().__init__(
            f"Batch {batch_id} has not ended: its status is {status}. Nothing was tracked. Call meter_batch again"
            " when it has ended."
        )
        self.status = status


class MeteringClient(Protocol):
    """Methods that metering uses of `Coomon` or `AsyncCoomon`."""

    def track_task(self, *args: Any, **event: Any) -> None: ...
    def current_run(self) -> Run: ...
    def report(self, error: CoobirdError) -> None: ...


class ReportErrors:
    """Context manager that reports every exception of its block to `on_error` and suppresses it.

    `BaseException`s that are no `Exception` (a cancellation, `KeyboardInterrupt`) pass through.

    Args:
        failure: First words of the reported error: the work that failed.
    """

    def __init__(self, client: MeteringClient, failure: str = "A call could not be metered") -> None:
        check_coomon(client)
        self._client = client
        self._failure = failure

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if not isinstance(error, Exception):
            return False
        failure = MeteringError(f"{self._failure}: {type(error).__name__}: {error}")
        failure.__cause__ = error
        self._client.report(failure)
        return True
