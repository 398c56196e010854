"""Tools that the fakes call."""

from __future__ import annotations

import json
from typing import Any, NamedTuple


class ToolUse(NamedTuple):
    """Use of a tool, as a model asks for it."""

    name: str
    arguments: dict[str, Any]

    @property
    def arguments_text(self) -> str:
        return json.dumps(self.arguments)


WEATHER = ToolUse("get_weather", {"city": "Oslo"})
