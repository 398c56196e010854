"""Bodies of HTTP answers: one JSON value, or a stream of them (pure)."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coobird.integrations._wrapping.answers import ModelAnswer, StreamReader

# Array of plain numbers: an embedding. Parsing thousands of floats takes milliseconds.
_NUMBERS = re.compile(rb"\[[-+0-9.eE,\s]{256,}\]")


def json_body(content: str | bytes) -> Any:
    """Return a JSON body with its long arrays of numbers empty; an empty mapping for no body."""
    body = content.encode() if isinstance(content, str) else content
    return json.loads(_NUMBERS.sub(b"[]", body)) if body.strip() else {}


class BodyReader:
    """Reads a streamed body in pieces of any size: server-sent events, or a JSON value a line."""

    def __init__(self, reader: StreamReader) -> None:
        self._reader = reader
        self._line: list[bytes] = []

    def read(self, item: bytes) -> bool:
        first, *others = item.split(b"\n")
        self._line.append(first)
        for start in others:
            self._read_line()
            self._line = [start]
        return True

    def answer(self) -> ModelAnswer:
        self._read_line()
        self._line = []
        return self._reader.answer()

    def _read_line(self) -> None:
        text = b"".join(self._line).strip().removeprefix(b"data:").strip()
        if text.startswith(b"{"):
            with suppress(ValueError):  # the body broke off within it, or it is a line that SDKs skip
                self._reader.read(json_body(text))
