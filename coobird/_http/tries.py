"""The tries of one call (pure, time and chance are passed in): what came of each, whether to try again, how it ends."""

from __future__ import annotations

from coobird._http import retry
from coobird._http.problem import quote
from coobird._http.request import MAX_ANSWER_BYTES, MAX_ERROR_BYTES, Answer, Request, read
from coobird.errors import APIConnectionError, APIStatusError, APITimeoutError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from coobird._settings.settings import ApiKey, Settings

    T = TypeVar("T")

# They describe the body on its way, which is unpacked by now.
TRANSFER_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class Failure:
    """A try without a complete answer. A value, not an exception: a library's traceback would hold the key's header.

    `was_sent` is False only if the server cannot have seen the request. `remedy` says what has to be done before another try
    can end otherwise. `answer` has what arrived before it broke off.
    """

    def __init__(
        self, text: str, *, is_timeout: bool = False, was_sent: bool = True, remedy: str | None = None
    ) -> None:
        self.text = text
        self.is_timeout = is_timeout
        self.was_sent = was_sent
        self.remedy = remedy
        self.answer: Answer | None = None

    def error(self, request: Request, settings: Settings, tries: int = 1) -> APIConnectionError:
        """Return (not raise) the error for it."""
        kind = APITimeoutError if self.is_timeout else APIConnectionError
        message = f"No answer from {settings.host}: {quote(self.text)}" + (f", in {tries} tries" if tries > 1 else "")
        return kind(
            settings.api_key.redact(message),
            method=request.method,
            path=request.path,
            status_code=self.answer.status if self.answer else None,
            headers=self.answer.headers if self.answer else None,
            hint=self.remedy,
        )


class Arrival:
    """An answer while it arrives: takes the body in pieces, and unpacks it, up to a bound.

    The HTTP library would unpack whole pieces, and a piece of 64 kB can hold gigabytes.
    """

    def __init__(self, status: int, headers: Mapping[str, str], api_key: ApiKey, *, is_unpacked: bool = False) -> None:
        self._answer = Answer(
            status, {name: text for name, text in headers.items() if name not in TRANSFER_HEADERS}, b""
        )
        self._pieces = bytearray()
        self._most = MAX_ANSWER_BYTES if self._answer.is_success else MAX_ERROR_BYTES
        self._redact = api_key.redact
        packing = "" if is_unpacked else headers.get("content-encoding", "").strip().lower()
        self._unpack = _unpacker() if packing in ("gzip", "deflate") else None
        self._is_readable = self._unpack is not None or packing in ("", "identity")

    def add(self, piece: bytes) -> bool:
        """Take a piece of the body; False if no more is wanted."""
        if not self._is_readable:
            self._answer.flaw = "its body is packed in a way that was not asked for"
            return False
        room = self._most - len(self._pieces) + 1
        try:
            self._pieces += piece[:room] if self._unpack is None else self._unpack(piece, room)
        except ValueError as error:
            self._answer.flaw = str(error)
            return False
        if len(self._pieces) <= self._most:
            return True
        self._answer.flaw = f"its body has more than {self._most} bytes"
        return False

    def end(self, failure: Failure | None = None) -> Answer | Failure:
        """Return what arrived. A refusal counts as answered even if its explanation broke off."""
        answer, content = self._answer, bytes(self._pieces[: self._most])
        if not answer.is_success:
            # A server that quotes what it got must not put the key into our error.
            return Answer(answer.status, answer.headers, content, answer.flaw).without_key(self._redact)
        if failure is not None:
            failure.answer = answer.without_key(self._redact)
            return failure
        answer.content = content
        return answer


def _unpacker() -> Callable[[bytes, int], bytes]:
    import zlib

    stream = zlib.decompressobj(32 + zlib.MAX_WBITS)  # 32: both gzip and zlib, whichever it is

    def unpack(piece: bytes, most: int) -> bytes:
        try:
            return stream.decompress(piece, most)
        except zlib.error:
            raise ValueError("its body cannot be unpacked") from None

    return unpack


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
            retry_after = retry.parse_retry_after(outcome.headers.get("retry-after"), now)
        else:
            self._answer_was_lost = self._answer_was_lost or outcome.was_sent
            if outcome.remedy is not None:
                return None
        return retry.next_delay(
            self._tries, status=status, retry_after=retry_after, max_retries=self.settings.max_retries, jitter=jitter
        )

    def describe(self, delay: float | None) -> str:
        """Return a line for a log: the last try, and what comes next."""
        outcome = self._outcome
        if isinstance(outcome, Answer):
            came = f"{outcome.status}, request id {outcome.headers.get('x-request-id', '-')}"
        else:
            came = outcome.text
        again = "" if delay is None else f"; again in {delay:.2f} s"
        came = quote(self.settings.api_key.redact(came))
        return f"{self.request.method} {quote(self.request.path)}: try {self._tries}: {came}{again}"

    def result(self, parse: Callable[..., T]) -> T:
        """Return what the last answer says, or raise what it stands for."""
        outcome = self._outcome
        if isinstance(outcome, Failure):
            raise outcome.error(self.request, self.settings, self._tries)
        if self.request.method == "DELETE" and outcome.status == 404 and self._answer_was_lost:
            # An earlier try deleted it and only the answer was lost: what was asked for is the case.
            outcome = Answer(204, {}, b"")
        try:
            return read(outcome, self.request, parse, self.settings.api_key.redact)
        except APIStatusError as error:
            error.tries = self._tries
            raise
