"""Reader of the frames that an open page gets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from coobird.mock import MockCoobird
from tests.support.mock.api import Api, event

# A time in the middle of a month, so that no bill depends on the day of the test run.
NOON = "2026-04-15T12:00:00.000Z"


class Page:
    """State of a page: the newest content of each section, and the rows of events."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()
        self.sections: dict[str, Any] = {}
        self.rows: list[dict[str, Any]] = []
        self.text = ""

    def __getitem__(self, section: str) -> Any:
        return self.sections[section]

    def read(self) -> dict[str, Any]:
        """The next frame. The client's read timeout is the deadline."""
        for line in self._lines:
            self.text += line
            if line.startswith("data: "):
                frame: dict[str, Any] = json.loads(line.removeprefix("data: "))
                if events := frame.pop("events", None):
                    self.rows = [*([] if events["anew"] else self.rows), *events["rows"]]
                self.sections |= frame
                return frame
        raise AssertionError("the stream ended")

    def until(self, events: int, billed: bool = False) -> "Page":
        """Read until so many events are counted and, with `billed`, the billed amount is known."""
        while (
            "total" not in self.sections or self["total"]["events"] != str(events) or (billed and not self.is_billed())
        ):
            self.read()
        return self

    def is_billed(self) -> bool:
        return self["total"]["billed"] is not None

    def line(self, identifier: str | None) -> dict[str, Any]:
        (found,) = [line for line in self["lines"]["lines"] if line["id"] == identifier]
        return found

    def counted(self) -> "Page":
        """Read until all stored events are counted."""
        while "behind" not in self.sections or self["behind"]:
            self.read()
        return self


@contextmanager
def page(url: str, **query: str) -> Iterator[Page]:
    """An open page."""
    with (
        httpx.Client(timeout=20) as client,
        client.stream("GET", f"{url}/_mock/dashboard", params=query) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Page(response)


def tenant_of(mock: MockCoobird, api: Api) -> str:
    return mock.events(api.key)[0]["tenant"]


def used(event_id: str, cost: Any = None, **fields: Any) -> dict[str, Any]:
    attributes = {"input_tokens": 100, "output_tokens": 7} | ({} if cost is None else {"cost_usd": cost})
    return event(event_id, signal_code="llm", attributes=attributes, **fields)
