"""Value of an answer (pure). Apart from `tries` because it loads typing, with the first answer.

The value is checked against the contract, because the generated readers take a field as it comes.
A number where the contract has a text would fail much later, far from the answer that brought it.
A null is accepted everywhere. A whole float is accepted as an integer, because JSON does not
distinguish `5.0` from `5`.
"""

from __future__ import annotations

import json
import types
from typing import Any, Literal, TypeGuard, TypeVar, Union, get_args, get_origin, get_type_hints

from coobird_api.types import Unset

from coobird._http.answer import MAX_ERROR_BYTES
from coobird._http.refusals import error_from_response
from coobird.errors import ResponseShapeError, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coobird._http.answer import Answer
    from coobird._http.request import Request

T = TypeVar("T")

_known: dict[object, dict[str, Any]] = {}


def read(answer: Answer, request: Request, parse: Callable[..., T], redact: Callable[[str], str], *, now: float) -> T:
    """Return what `parse` reads from a success, or raise the error that the answer means.

    A value of another type than the contract promises is never returned. `now` is Unix time in
    seconds.

    Raises:
        APIStatusError: The status is not 2xx.
        ResponseShapeError: The body is not what the contract promises.
    """
    if not answer.is_success:
        raise error_from_response(
            answer.status, answer.headers, answer.content, method=request.method, path=request.path, now=now
        )
    flaw = answer.flaw
    if flaw is None:
        try:
            value = parse(client=_Strict, response=_Response(answer))
            flaw = _flaw_of_value(value, answer)
            if flaw is None:
                return value
        except Exception as error:  # noqa: BLE001 - any error of the reader means that the answer has another shape
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


class _Strict:
    """Stands for the generated client. The readers use only this attribute of it."""

    raise_on_unexpected_status = True


class _Response:
    """Stands for `httpx.Response`. The readers use only this part of it."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.content = answer.content

    def json(self) -> Any:
        return json.loads(self.content)


def _flaw_of_value(value: object, answer: Answer) -> str | None:
    flaw = _misfit(value)
    # A reader of a list accepts an object, and takes its keys for the items.
    if flaw is None and isinstance(value, list) and not answer.content.lstrip().startswith(b"["):
        flaw = "the body is not a list"
    return flaw


def _flaw_from(error: Exception, answer: Answer) -> str:
    """Say what is wrong with the answer, from the error that the reader raised."""
    from coobird_api.errors import UnexpectedStatus

    kind = answer.headers.get("content-type", "no content type")
    if isinstance(error, UnexpectedStatus):
        return "this operation does not document that status"
    if isinstance(error, KeyError):
        return f"the field {error} is missing"
    if isinstance(error, ValueError) and hasattr(error, "doc"):
        return f"the body is not JSON ({quote(kind)}, {len(answer.content)} bytes)"
    return f"the body has another shape ({type(error).__name__}: {quote(str(error))})"


def _misfit(value: object, where: str = "") -> str | None:
    """Return a text about the first field that has another type than its class declares.

    For example `data[3].name is int, not str`. `None` if every field has its type.
    """
    if _is_list(value):
        return _first(_misfit(item, f"{where}[{index}]") for index, item in enumerate(value))
    hints = _hints(type(value))
    return _first(_check(getattr(value, name), hint, f"{where}.{name}".lstrip(".")) for name, hint in hints.items())


def _hints(cls: object) -> dict[str, Any]:
    """Return the declared types of a model's fields, computed once; nothing for other classes."""
    if not hasattr(cls, "__attrs_attrs__"):
        return {}
    if cls not in _known:
        from coobird_api import models

        class Names(dict[str, Any]):
            """Names that hints use. Some models import each other for type checkers only."""

            def __missing__(self, name: str) -> Any:
                if name not in models.__all__:
                    raise KeyError(name)
                return getattr(models, name)

        _known[cls] = get_type_hints(cls, localns=Names())
    return _known[cls]


def _check(value: object, hint: Any, where: str) -> str | None:
    if value is None or isinstance(value, Unset):
        return None
    if get_origin(hint) is list and _is_list(value):
        return _first(_check(item, get_args(hint)[0], f"{where}[{index}]") for index, item in enumerate(value))
    if not _fits(value, hint):
        return f"{where} is {type(value).__name__}, not {getattr(hint, '__name__', hint)}"
    return _misfit(value, where)


def _fits(value: object, hint: Any) -> bool:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return any(_fits(value, option) for option in get_args(hint))
    if origin is Literal:
        return isinstance(value, str)
    if hint is Any:
        return True
    if hint in (int, float):
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return is_whole or (isinstance(value, float) and (hint is float or value.is_integer()))
    return isinstance(value, origin or hint)


def _first(found: Iterator[str | None]) -> str | None:
    return next((problem for problem in found if problem), None)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
