"""Answer of one try (pure): complete, while its body arrives, or missing."""

from __future__ import annotations

from coobird.errors import APIConnectionError, APITimeoutError, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coobird._http.request import Request
    from coobird._settings.api_key import ApiKey
    from coobird._settings.settings import Settings

MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""Largest body of a success. A full page is far below a megabyte. The bound keeps an endless
answer, and JSON that becomes objects of twenty times its size, from filling the memory."""

MAX_ERROR_BYTES = 1024 * 1024
"""Largest body of a refusal. One with an entry for each event of a full batch is smaller."""

# They describe the body as it was transferred; by now it is decompressed.
_TRANSFER_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class Answer:
    """Status, headers (names in lower case) and decompressed body that the server sent.

    `flaw` says why the body is not complete; `None` if it is. A success with a flaw is not usable;
    a refusal is. `seconds` is how long the client waited for the answer; 0 if not measured.
    """

    seconds: float = 0.0

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes, flaw: str | None = None) -> None:
        self.status = status
        self.headers = headers
        self.content = content
        self.flaw = flaw

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def without_key(self, redact: Callable[[str], str]) -> Answer:
        """Return the same answer without the API key, in case the server quoted it."""
        headers = {name: redact(text) for name, text in self.headers.items()}
        content = redact(self.content.decode("latin-1")).encode("latin-1")
        return Answer(self.status, headers, content, self.flaw)


class NoAnswer:
    """A try without a complete answer.

    Not an exception: its traceback would keep the request's headers, and with them the API key.

    `was_sent` is False only if the server cannot have received the request. `remedy` says what the
    program must change before another try can succeed. `partial` is the status and headers that
    arrived before the connection broke.
    """

    def __init__(
        self, text: str, *, is_timeout: bool = False, was_sent: bool = True, remedy: str | None = None
    ) -> None:
        self.text = text
        self.is_timeout = is_timeout
        self.was_sent = was_sent
        self.remedy = remedy
        self.partial: Answer | None = None

    def error(self, request: Request, settings: Settings, tries: int = 1) -> APIConnectionError:
        """Return (not raise) the error that the caller gets."""
        kind = APITimeoutError if self.is_timeout else APIConnectionError
        message = f"No answer from {settings.host}: {quote(self.text)}" + (f", in {tries} tries" if tries > 1 else "")
        return kind(
            settings.api_key.redact(message),
            method=request.method,
            path=request.path,
            status_code=self.partial.status if self.partial else None,
            headers=self.partial.headers if self.partial else None,
            hint=self.remedy,
        )


class AnswerReader:
    """Reads an answer while it arrives: takes and decompresses pieces of the body, up to a bound.

    The HTTP library would decompress each piece as a whole. A piece of 64 kB can become gigabytes.
    """

    def __init__(
        self, status: int, headers: Mapping[str, str], api_key: ApiKey, *, is_decompressed: bool = False
    ) -> None:
        self._answer = Answer(
            status, {name: text for name, text in headers.items() if name not in _TRANSFER_HEADERS}, b""
        )
        self._body = bytearray()
        self._max_bytes = MAX_ANSWER_BYTES if self._answer.is_success else MAX_ERROR_BYTES
        self._redact = api_key.redact
        encoding = "" if is_decompressed else headers.get("content-encoding", "").strip().lower()
        self._decompress = _decompressor() if encoding in ("gzip", "deflate") else None
        self._is_readable = self._decompress is not None or encoding in ("", "identity")

    def add(self, piece: bytes) -> bool:
        """Take a piece of the body. Returns False if no further piece is needed."""
        if not self._is_readable:
            self._answer.flaw = "its body is compressed in a way that the client did not ask for"
            return False
        room = self._max_bytes - len(self._body) + 1
        try:
            self._body += piece[:room] if self._decompress is None else self._decompress(piece, room)
        except ValueError as error:
            self._answer.flaw = str(error)
            return False
        if len(self._body) <= self._max_bytes:
            return True
        self._answer.flaw = f"its body has more than {self._max_bytes} bytes"
        return False

    def end(self, failure: NoAnswer | None = None) -> Answer | NoAnswer:
        """Return the result of the try.

        A refusal counts as an answer even if its body broke off.
        """
        answer, content = self._answer, bytes(self._body[: self._max_bytes])
        if not answer.is_success:
            # The server may have quoted the request; the key must not get into our error.
            return Answer(answer.status, answer.headers, content, answer.flaw).without_key(self._redact)
        if failure is not None:
            failure.partial = answer.without_key(self._redact)
            return failure
        answer.content = content
        return answer


def _decompressor() -> Callable[[bytes, int], bytes]:
    import zlib

    stream = zlib.decompressobj(32 + zlib.MAX_WBITS)  # 32: accept both gzip and zlib

    def decompress(piece: bytes, max_bytes: int) -> bytes:
        try:
            return stream.decompress(piece, max_bytes)
        except zlib.error:
            raise ValueError("its body cannot be decompressed") from None

    return decompress
