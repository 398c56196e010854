"""A call in wire form, and an answer read back (pure): the half of every exchange that sync and async share."""

from __future__ import annotations

import sys

from coobird_api.types import UNSET, cast

from coobird._problem import quote as quoted
from coobird._version import __version__
from coobird.errors import InvalidRequestError, ResponseShapeError, error_from_response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, TypeVar

    from coobird_api.types import Unset

    T = TypeVar("T")

# Source: openapi/coobird.yaml servers.
BASE_PATH = "/api/v1"
# A full page is far below a megabyte; an endless answer must not fill the memory.
MAX_ANSWER_BYTES = 32 * 1024 * 1024
# A refusal explains itself in less, even with an entry for each event of a full batch.
MAX_ERROR_BYTES = 1024 * 1024
# Source: openapi/coobird.yaml components/parameters/IdempotencyKey.
MAX_KEY_CHARACTERS = 255
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
        # Compressions that expand a thousandfold are not asked for: an answer is bounded after it is unpacked.
        self.headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": USER_AGENT}
        if content is not None:
            self.headers["Content-Type"] = "application/json"
        if idempotency_key is not None:
            self.headers["Idempotency-Key"] = idempotency_key

    def url(self, host: str) -> str:
        """Return the address to send it to."""
        return f"{host}{self.path}" + (f"?{self.query}" if self.query else "")


class Answer:
    """What the server answered: status, headers (names in lower case) and body, unpacked.

    `flaw` says why the body is not complete; a refusal is good without it, a success is not.
    """

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes, flaw: str | None = None) -> None:
        self.status = status
        self.headers = headers
        self.content = content
        self.flaw = flaw

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


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
    from urllib.parse import quote, urlencode
    from uuid import uuid4

    from coobird._encode import encode

    path, flaw = BASE_PATH + template, ""
    try:
        for name, value in path_params.items():
            path = path.replace(f"{{{name}}}", _segment(name, value))
        if body is not None and body.get("idempotency_key", "") in (UNSET, None):
            body = {**body, "idempotency_key": str(uuid4())}
        if method == "POST" and idempotency_key in (UNSET, None):
            idempotency_key = str(uuid4())
        return Request(
            method,
            path,
            query=urlencode(list(_query_pairs(query or {})), quote_via=quote),
            content=None if body is None else encode(_given(body)),
            idempotency_key=_checked_key(idempotency_key),
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
        except Exception as error:  # noqa: BLE001 - whatever the reader stumbles over, the answer is not what was promised
            flaw = _stumble(error, answer)
        else:
            flaw = _misfit(value, answer)
            if flaw is None:
                return value
    # Raised here and not above: a traceback with the reader's frames would carry the whole answer along.
    raise ResponseShapeError(
        redact(f"The server answered {answer.status}, but {flaw}"),
        method=request.method,
        path=request.path,
        status_code=answer.status,
        headers={name: redact(text) for name, text in answer.headers.items()},
        content=redact(answer.content[:MAX_ERROR_BYTES].decode("latin-1")).encode("latin-1"),
    )


class _Strict:
    """What the generated readers ask about a client."""

    raise_on_unexpected_status = True


def _segment(name: str, value: object) -> str:
    """The id as exactly one segment of the path, whatever is in it."""
    from urllib.parse import quote

    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text, not {type(value).__name__}: give the id as Coobird issued it")
    if not value.strip():
        raise ValueError(f"{name} is empty: give the id as Coobird issued it")
    if not value.isprintable() and any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(f"{name} has half a character in it (a lone surrogate): correct the text")
    # quote leaves dots alone, and servers resolve `..` as the folder above.
    return value.replace(".", "%2E") if value in (".", "..") else quote(value, safe="")


def _given(value: Any) -> Any:
    """The value without what is UNSET, and with generated models as dicts; the encoder knows the rest."""
    if hasattr(value, "to_dict"):
        value = value.to_dict()
    if isinstance(value, dict):
        return {name: _given(item) for name, item in cast("Mapping[Any, Any]", value).items() if item is not UNSET}
    if isinstance(value, list | tuple):
        return [_given(item) for item in cast("list[Any]", value) if item is not UNSET]
    return value


def _query_pairs(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The parameters that were given, as text. `None` counts as left out: a query has no null."""
    import json

    from coobird._encode import encode

    for name, value in query.items():
        if value is UNSET or value is None:
            continue
        plain = json.loads(encode(value))
        if isinstance(plain, dict | list):
            raise ValueError(f"{name} must be a text, a number or a date, not {type(value).__name__}")
        yield name, plain if isinstance(plain, str) else encode(value).decode()


def _checked_key(key: object) -> str | None:
    if key is UNSET or key is None:
        return None
    if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY_CHARACTERS:
        raise ValueError(f"idempotency_key must be a text of 1 to {MAX_KEY_CHARACTERS} characters")
    if not key.isascii() or not key.isprintable() or key != key.strip():
        raise ValueError("idempotency_key must be printable ASCII, without white space around it")
    return key


def _misfit(value: object, answer: Answer) -> str | None:
    from coobird._shape import misfit

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
