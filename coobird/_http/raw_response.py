"""Answer of one call with its value, for programs that need the headers too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coobird._http.answer import Answer

T = TypeVar("T")


class RawResponse(Generic[T]):
    """Answer of one call: what `with_raw_response` returns in place of the value.

    A call that fails raises the same error as without it. The error has `status_code`, `headers`
    and `request_id`, too.

    Attributes:
        status_code: Status of the last try, for example 201.
        headers: Headers of the answer, with names in lower case.
        request_id: Id by which the server's operators find the call; `None` if it sent none.
        content: Body of the answer, decompressed.
        parsed: Value that the method returns without `with_raw_response`.
    """

    __slots__ = ("content", "headers", "parsed", "request_id", "status_code")

    def __init__(self, answer: Answer, parsed: T) -> None:
        self.status_code: int = answer.status
        self.headers: Mapping[str, str] = answer.headers
        self.request_id: str | None = answer.headers.get("x-request-id")
        self.content: bytes = answer.content
        self.parsed: T = parsed

    def __repr__(self) -> str:
        return f"RawResponse(status_code={self.status_code}, request_id={self.request_id!r}, parsed={self.parsed!r})"
