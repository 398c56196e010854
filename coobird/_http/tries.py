"""Tries of one call (pure; time and chance are passed in): delays between them, final result."""

from __future__ import annotations

from coobird._http import retry
from coobird._http.answer import Answer, NoAnswer
from coobird.errors import APIStatusError, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from coobird._http.request import Request
    from coobird._settings.settings import Settings

    T = TypeVar("T")


class Tries:
    """Tries of one call, until one is final."""

    def __init__(self, request: Request, settings: Settings) -> None:
        self.request = request
        self.settings = settings
        self._count = 0
        self._now = 0.0
        self._may_have_succeeded = False
        self._last: Answer | NoAnswer = NoAnswer("nothing was sent")
        self.answer: Answer | None = None
        """Answer whose value `result` returned."""

    def delay_after(self, outcome: Answer | NoAnswer, *, now: float, jitter: float) -> float | None:
        """Record the outcome of a try.

        Returns seconds to wait before the next one; `None` if this was the last.

        Args:
            outcome: Result of the try.
            now: Unix time in seconds.
            jitter: Random number in [0, 1).
        """
        self._count += 1
        self._now = now
        self._last = outcome
        status = retry_after = None
        if isinstance(outcome, NoAnswer):
            self._may_have_succeeded = self._may_have_succeeded or outcome.was_sent
            if outcome.remedy is not None:
                return None
        else:
            status = outcome.status
            retry_after = retry.parse_retry_after(outcome.headers.get("retry-after"), now)
        return retry.next_delay(
            self._count, status=status, retry_after=retry_after, max_retries=self.settings.max_retries, jitter=jitter
        )

    def describe(self, delay: float | None) -> str:
        """Return a line for the debug log: the last try, and the delay before the next one."""
        outcome = self._last
        if isinstance(outcome, NoAnswer):
            result = outcome.text
        else:
            result = f"{outcome.status}, request id {outcome.headers.get('x-request-id', '-')}"
        again = "" if delay is None else f"; next try in {delay:.2f} s"
        result = quote(self.settings.api_key.redact(result))
        return f"{self.request.method} {quote(self.request.path)}: try {self._count}: {result}{again}"

    def result(self, parse: Callable[..., T]) -> T:
        """Return the value that the last answer holds, or raise the error that it means."""
        from coobird._http.reading import read

        outcome = self._last
        if isinstance(outcome, NoAnswer):
            raise outcome.error(self.request, self.settings, self._count)
        if self.request.method == "DELETE" and outcome.status == 404 and self._may_have_succeeded:
            # An earlier try deleted it, but its answer was lost. The caller's intent is fulfilled.
            outcome = Answer(204, {}, b"")
        self.answer = outcome
        try:
            return read(outcome, self.request, parse, self.settings.api_key.redact, now=self._now)
        except APIStatusError as error:
            error.tries = self._count
            raise
