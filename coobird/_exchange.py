"""The tries of one call (pure, time and chance are passed in): what came of each, whether to try again, how it ends."""

from __future__ import annotations

from coobird import _retry
from coobird._problem import quote
from coobird._wire import MAX_ANSWER_BYTES, MAX_ERROR_BYTES, Answer, Request, read
from coobird.errors import APIConnectionError, APITimeoutError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from coobird._settings import ApiKey, Settings

    T = TypeVar("T")

# They describe the body on its way, which is unpacked by now.
TRANSFER_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class Failure:
    """A try without a complete answer. A value, not an exception: a library's traceback would hold the key's header.

    `was_sent` is False only if the server cannot have seen the request. `answer` has what arrived before it broke off.
    """

    def __init__(
        self, text: str, *, is_timeout: bool = False, was_sent: bool = True, answer: Answer | None = None
    ) -> None:
        self.text = text
        self.is_timeout = is_timeout
        self.was_sent = was_sent
        self.answer = answer

    def error(self, request: Request, settings: Settings, tries: int = 1) -> APIConnectionError:
        """Return (not raise) the error for it."""
        kind = APITimeoutError if self.is_timeout else APIConnectionError
        message = f"No answer from {settings.host}: {self.text}" + (f", in {tries} tries" if tries > 1 else "")
        return kind(
            settings.api_key.redact(message),
            method=request.method,
            path=request.path,
            status_code=self.answer.status if self.answer else None,
            headers=self.answer.headers if self.answer else None,
        )


class Arrival:
    """An answer while it arrives: takes the body in pieces, up to a bound."""

    def __init__(self, status: int, headers: Mapping[str, str], api_key: ApiKey) -> None:
        self._answer = Answer(
            status, {name: text for name, text in headers.items() if name not in TRANSFER_HEADERS}, b""
        )
        self._pieces = bytearray()
        self._most = MAX_ANSWER_BYTES if self._answer.is_success else MAX_ERROR_BYTES
        self._redact = api_key.redact

    def add(self, piece: bytes) -> bool:
        """Take a piece of the body; False if no more is wanted."""
        self._pieces += piece
        if len(self._pieces) <= self._most:
            return True
        self._answer.flaw = f"its body has more than {self._most} bytes"
        return False

    def spoil(self, flaw: str) -> None:
        """Say that the body cannot be read to its end, for a reason that another try would not change."""
        self._answer.flaw = flaw

    def end(self, failure: Failure | None = None) -> Answer | Failure:
        """Return what arrived. A refusal counts as answered even if its explanation broke off."""
        answer, content = self._answer, bytes(self._pieces[: self._most])
        if not answer.is_success:
            # A server that quotes what it got must not put the key into our error.
            answer.headers = {name: self._redact(text) for name, text in answer.headers.items()}
            content = self._redact(content.decode("latin-1")).encode("latin-1")
        elif failure is not None:
            failure.answer = answer
            return failure
        answer.content = content
        return answer


class Exchange:
    """One call until it is answered for good."""

    def __init__(self, request: Request, settings: Settings) -> None:
        self.request = request
        self.settings = settings
        self._tries = 0
        self._answer_was_lost = False
        self._outcome: Answer | Failure = Failure("nothing was sent")

    def delay_after(self, outcome: Answer | Failure, *, now: float, jitter: float) -> float | None:
        """Take what came of a try; return how many seconds to wait before the next one, or `None` to end here."""
        self._tries += 1
        self._outcome = outcome
        status = retry_after = None
        if isinstance(outcome, Answer):
            status = outcome.status
            retry_after = _retry.parse_retry_after(outcome.headers.get("retry-after"), now)
        else:
            self._answer_was_lost = self._answer_was_lost or outcome.was_sent
        return _retry.next_delay(
            self._tries, status=status, retry_after=retry_after, max_retries=self.settings.max_retries, jitter=jitter
        )

    def describe(self, delay: float | None) -> str:
        """Return a line for a log: the last try, and what comes next."""
        outcome = self._outcome
        if isinstance(outcome, Answer):
            came = f"{outcome.status}, request id {quote(outcome.headers.get('x-request-id', '-'))}"
        else:
            came = self.settings.api_key.redact(outcome.text)
        again = "" if delay is None else f"; again in {delay:.2f} s"
        return f"{self.request.method} {self.request.path}: try {self._tries}: {came}{again}"

    def result(self, parse: Callable[..., T]) -> T:
        """Return what the last answer says, or raise what it stands for."""
        outcome = self._outcome
        if isinstance(outcome, Failure):
            raise outcome.error(self.request, self.settings, self._tries)
        if self.request.method == "DELETE" and outcome.status == 404 and self._answer_was_lost:
            # An earlier try deleted it and only the answer was lost: what was asked for is the case.
            outcome = Answer(204, {}, b"")
        return read(outcome, self.request, parse, self.settings.api_key.redact)
