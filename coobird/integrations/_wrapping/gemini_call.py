"""One request of google-genai, and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coobird.integrations._wrapping.answers import may_have_left
from coobird.integrations._wrapping.attachment import override
from coobird.integrations._wrapping.bodies import json_body
from coobird.integrations._wrapping.wrapped_call import WrappedCall

if TYPE_CHECKING:
    from collections.abc import Callable


class GeminiCall(WrappedCall):
    """Attempt of a request, whose answer is a text or a stream of decoded JSON values."""

    def _watch(self, result: Any) -> None:
        content = result.response_stream
        if _is_list(content):
            self._meter_once(self._request.read_answer(json_body(content[0] if content else "")))
            return
        reader = self._request.open_reader()

        def segments(read: Callable[[], Any]) -> Any:
            return self._items(read(), reader)

        def async_segments(read: Callable[[], Any]) -> Any:
            return self._async_items(read(), reader)

        override(result, "segments", segments)
        override(result, "async_segments", async_segments)
        self._meter_items(result, reader)

    def _may_be_answered(self, error: BaseException) -> bool:
        return may_have_left(error)


def _is_list(value: object) -> bool:
    return isinstance(value, list)
