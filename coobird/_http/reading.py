"""Value of an answer (pure, but for log lines). Apart from `tries` because it loads json.

A success is read tolerantly, because the server has carried out the request: an error about one
field would hide from the caller what was made, and a second try would make it twice. The generated
readers decide field by field:

    missing, null allowed  reads as None   logged once at debug level
    missing, else          reads as UNSET  logged once at debug level
    null                   reads as None
    of another type        reads as UNSET  logged once as a warning; in `additional_properties`
    unknown                                in `additional_properties`

A number where the contract has a text would fail much later, far from the answer that brought it.
So a field never holds a value of another type than it declares. A whole float is an integer,
because JSON does not distinguish `5.0` from `5`.

Only a body that cannot be what was asked for is an error: no JSON, no object, or no list where the
contract promises that the body is one. A page whose `data` is missing is an error only where its
entries are iterated over: UNSET is false, and would pass for the end of the list.
"""

from __future__ import annotations

import json

from coobird._http.answer import MAX_ERROR_BYTES
from coobird._http.refusals import error_from_response
from coobird.errors import ResponseShapeError, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from coobird._http.answer import Answer
    from coobird._http.request import Request

    T = TypeVar("T")

# Each operation documents one of them. Source: openapi/coobird.yaml.
_SUCCESSES = (200, 201, 204)


def read(answer: Answer, request: Request, parse: Callable[..., T], redact: Callable[[str], str], *, now: float) -> T:
    """Return what `parse` reads from a success, or raise the error that the answer means.

    `now` is Unix time in seconds.

    Raises:
        APIStatusError: The status is not 2xx.
        ResponseShapeError: The body of the success is no JSON, no object, or no list where the
            contract promises that the body is one.
    """
    if not answer.is_success:
        raise error_from_response(
            answer.status, answer.headers, answer.content, method=request.method, path=request.path, now=now
        )
    flaw = answer.flaw
    if flaw is None:
        try:
            value = _parsed(answer, parse)
            flaw = _flaw_of_value(value, answer)
            if flaw is None:
                return value
        except Exception as error:  # noqa: BLE001 - any error of the reader means that the body has another shape
            flaw = _flaw_from(error, answer)
    # Not raised in the `except` above: the traceback would hold the reader's frames, and with them
    # the whole answer.
    answer = answer.without_key(redact)
    raise ResponseShapeError(
        redact(f"The server answered {answer.status}, but {flaw}"),
        method=request.method,
        path=request.path,
        status_code=answer.status,
        headers=answer.headers,
        content=answer.content[:MAX_ERROR_BYTES],
    )


def no_list(page: object) -> ResponseShapeError:
    """Return the error about a page that has no list of entries to iterate over."""
    return ResponseShapeError(f"The server answered with a {type(page).__name__} without a list in 'data'")


def _parsed(answer: Answer, parse: Callable[..., T]) -> T:
    """Return what the generated reader makes of a success.

    A reader refuses a status that its operation does not document. The contract's statuses are
    inferred, and every 2xx says that the request was carried out, so it is read as the success that
    the operation documents.
    """
    from coobird_api.errors import UnexpectedStatus

    for status in dict.fromkeys((answer.status, *_SUCCESSES)):
        try:
            return parse(client=_Strict, response=_Response(status, answer.content))
        except UnexpectedStatus:
            pass
    raise ValueError("the operation has no success that this version can read")


class _Strict:
    """Stands for the generated client. The readers use only this attribute of it."""

    raise_on_unexpected_status = True


class _Response:
    """Stands for `httpx.Response`. The readers use only this part of it."""

    def __init__(self, status: int, content: bytes) -> None:
        self.status_code = status
        self.content = content

    def json(self) -> Any:
        return json.loads(self.content)


def _flaw_of_value(value: Any, answer: Answer) -> str | None:
    # A reader of a list accepts an object, and takes its keys for the items.
    if isinstance(value, list) and not answer.content.lstrip().startswith(b"["):
        return "the body is not a list"
    # The page of a network that asks for a login comes with status 200. It must not pass for a
    # success of an operation that promises no body.
    if value is None and answer.content.strip() and not isinstance(json.loads(answer.content), dict):
        return "the body is not an object"
    return None


def _flaw_from(error: Exception, answer: Answer) -> str:
    """Say what is wrong with the answer, from the error that the reader raised."""
    if isinstance(error, ValueError) and hasattr(error, "doc"):
        kind = answer.headers.get("content-type", "no content type")
        return f"the body is not JSON ({quote(kind)}, {len(answer.content)} bytes)"
    return f"the body has another shape ({type(error).__name__}: {quote(str(error))})"
