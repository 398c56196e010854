"""A call in wire form, and an answer read back (pure): the half of every exchange that sync and async share."""

from __future__ import annotations

import sys

from coobird_api.types import UNSET

from coobird._http.problem import quote as quoted
from coobird._http.refusals import error_from_response
from coobird._version import __version__
from coobird.errors import InvalidRequestError, ResponseShapeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from coobird_api.types import Unset

    T = TypeVar("T")

# Source: openapi/coobird.yaml servers.
BASE_PATH = "/api/v1"
# Source: openapi/coobird.yaml track_events.
BATCH_PATH = "/events/batch"
# A full page is far below a megabyte. An endless answer must not fill the memory, nor may JSON that becomes objects of
# twenty times its size.
MAX_ANSWER_BYTES = 8 * 1024 * 1024
# A refusal explains itself in less, even with an entry for each event of a full batch.
MAX_ERROR_BYTES = 1024 * 1024
USER_AGENT = f"coobird-python/{__version__} python/{sys.version_info.major}.{sys.version_info.minor}"


class Request:
    """One call, built once and sent once or more: its idempotency key is the same in every try."""

    def __init__(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        content: bytes | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.content = content
        self.headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": USER_AGENT}
        if content is not None:
            self.headers["Content-Type"] = "application/json"
        if idempotency_key is not None:
            self.headers["Idempotency-Key"] = idempotency_key

    def url(self, host: str) -> str:
        """Return the address to send it to."""
        return f"{host}{self.path}" + (f"?{self.query}" if self.query else "")


class Answer:
    """What the server answered: status, headers (names in lower case) and body, unpacked.

    `flaw` says why the body is not complete; a refusal is good without it, a success is not. `seconds` is how long it was
    waited for, where that is known.
    """

    seconds = 0.0

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes, flaw: str | None = None) -> None:
        self.status = status
        self.headers = headers
        self.content = content
        self.flaw = flaw

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def without_key(self, redact: Callable[[str], str]) -> Answer:
        """The same, should the server have quoted the key."""
        headers = {name: redact(text) for name, text in self.headers.items()}
        content = redact(self.content.decode("latin-1")).encode("latin-1")
        return Answer(self.status, headers, content, self.flaw)


def build(
    method: str,
    template: str,
    *,
    path_params: Mapping[str, str],
    query: Mapping[str, Any] | None,
    body: Mapping[str, Any] | None,
    idempotency_key: str | Unset,
) -> Request:
    """Return a call in wire form. Every POST gets an idempotency key, and every body the one that it has a field for.

    Raises:
        InvalidRequestError: An argument cannot be put on the wire.
    """
    from uuid import uuid4

    from coobird._http.arguments import body_of, checked_key, target_of

    try:
        path, query_text = target_of(BASE_PATH + template, path_params, query or {})
        if body is not None and body.get("idempotency_key", "") in (UNSET, None):
            body = {**body, "idempotency_key": str(uuid4())}
        if method == "POST" and idempotency_key in (UNSET, None):
            idempotency_key = str(uuid4())
        return Request(
            method,
            path,
            query=query_text,
            content=None if body is None else body_of(body),
            idempotency_key=checked_key(idempotency_key),
        )
    except RecursionError:
        flaw = "an argument contains itself, or is nested too deeply"
    except ValueError as error:
        flaw = str(error).lstrip(".")
    raise InvalidRequestError(f"Not sent: {flaw}", method=method, path=BASE_PATH + template)


def read(answer: Answer, request: Request, parse: Callable[..., T], redact: Callable[[str], str]) -> T:
    """Return what the answer says, or raise what it stands for: no value of another type ever comes back."""
    if not answer.is_success:
        raise error_from_response(
            answer.status, answer.headers, answer.content, method=request.method, path=request.path
        )
    flaw = answer.flaw
    if flaw is None:
        import httpx

        try:
            value = parse(client=_Strict, response=httpx.Response(answer.status, content=answer.content))
            flaw = _misfit(value, answer)
            if flaw is None:
                return value
        except Exception as error:  # noqa: BLE001 - whatever the reader stumbles over, the answer is not what was promised
            flaw = _stumble(error, answer)
    # Raised here and not above: a traceback with the reader's frames would carry the whole answer along.
    answer = answer.without_key(redact)
    raise ResponseShapeError(
        redact(f"The server answered {answer.status}, but {flaw}"),
        method=request.method,
        path=request.path,
        status_code=answer.status,
        headers=answer.headers,
        content=answer.content[:MAX_ERROR_BYTES],
    )


class _Strict:
    """What the generated readers ask about a client."""

    raise_on_unexpected_status = True


def _misfit(value: object, answer: Answer) -> str | None:
    from coobird._http.reading import misfit

    flaw = misfit(value)
    # The readers take the keys of an object for the entries of a list.
    if flaw is None and isinstance(value, list) and not answer.content.lstrip().startswith(b"["):
        flaw = "the body is not a list"
    return flaw


def _stumble(error: Exception, answer: Answer) -> str:
    """What is wrong with an answer, told from what the reader stumbled over."""
    from coobird_api.errors import UnexpectedStatus

    kind = answer.headers.get("content-type", "no content type")
    if isinstance(error, UnexpectedStatus):
        return "that status is not one that this operation has"
    if isinstance(error, KeyError):
        return f"the field {error} is missing"
    if isinstance(error, ValueError) and hasattr(error, "doc"):
        return f"the body is not JSON ({quoted(kind)}, {len(answer.content)} bytes)"
    return f"the body has another shape ({type(error).__name__}: {quoted(str(error))})"
