"""Server-sent events: the stream of usage events, and frames with the changes of the page.

Nothing is queued for a reader. Each reads what is new from the log when it is ready, so a slow
reader uses no memory.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from starlette.responses import Response, StreamingResponse

from coobird.mock.contract import json_text
from coobird.mock.contract.instants import instant_text
from coobird.mock.dashboard.live import LiveDashboard
from coobird.mock.dashboard.query import Query
from coobird.mock.dashboard.sections import sections
from coobird.mock.dashboard.usage import KEEP_ROWS, Usage, row_of
from coobird.mock.service.request_log import RequestLog
from coobird.mock.service.service import Service
from coobird.mock.web.notifier import ChangeNotifier

_FRAME_SECONDS = 0.2
_KEEP_ALIVE_SECONDS = 15.0
# A comment, which readers of server-sent events ignore.
_KEEP_ALIVE = b": keep-alive\n\n"
_CHUNK = 200
# Pause after a slice of work for the page, as a multiple of the slice's duration. The page so takes
# at most a quarter of the event loop's time.
_PAUSE_FACTOR = 3


def message(data: Any, *, seq: int | None = None, name: str | None = None) -> bytes:
    """One server-sent event. Encoded JSON has no line breaks, so one `data` line is enough."""
    head = b"" if seq is None else b"id: %d\n" % seq
    head += b"" if name is None else b"event: %b\n" % name.encode()
    return head + b"data: %b\n\n" % json_text.encode(data)


async def follow_events(
    service: Service,
    requests: RequestLog,
    notifier: ChangeNotifier,
    tenant: str | None,
    after: int,
    rejected_after: int,
) -> AsyncIterator[bytes]:
    """Usage events with a `seq` above `after`, of one tenant or of all, without an end.

    Rejected events with a number above `rejected_after` are messages of the name `rejected`.
    """
    resets = service.store.resets
    yield b": connected\n\n"
    while not notifier.closed:
        changes = notifier.changes
        if service.store.resets != resets:  # after a reset, `seq` starts from 1 again
            resets, after = service.store.resets, 0
        for rejected in requests.rejected_after(rejected_after, tenant):
            rejected_after = rejected.number
            yield message(rejected._asdict(), name="rejected")
        fresh = list(service.events.read(tenant=tenant, after=after, limit=_CHUNK))
        for event in fresh:
            after = event.seq
            yield message(event._asdict(), seq=event.seq, name="usage")
            # With events left and a reader that keeps up, no other await of this loop suspends.
            # Without this one, other requests would wait, and the end of the connection would go
            # unnoticed.
            await asyncio.sleep(0)
        if not fresh and not await notifier.wait(changes, _KEEP_ALIVE_SECONDS):
            yield _KEEP_ALIVE


class DashboardStreams:
    """Streams of the open pages.

    They share one `LiveDashboard`, which is idle while no page is open.
    """

    def __init__(self, service: Service, requests: RequestLog, notifier: ChangeNotifier) -> None:
        self._service = service
        self._requests = requests
        self._notifier = notifier
        self._live: LiveDashboard | None = None
        self._counting = asyncio.Lock()

    @property
    def live(self) -> LiveDashboard:
        """The state that all pages share. It is made when it is first used."""
        if self._live is None:
            self._live = LiveDashboard(self._service)
        return self._live

    async def frames(self, query: Query) -> AsyncIterator[bytes]:
        """Frames of one page: the first has all sections, each later one the changed ones."""
        page = _OpenPage(self.live, self._requests, query)
        yield b"retry: 1000\n\n"
        while not self._notifier.closed:
            changes = self._notifier.changes
            self.live.usage(query.selection)  # it is counted from now on
            finished = await self._catch_up(self.live)
            began = time.perf_counter()
            if frame := page.frame():
                yield frame
            await asyncio.sleep(max(_FRAME_SECONDS, (time.perf_counter() - began) * _PAUSE_FACTOR))
            if finished and not await self._notifier.wait(changes, _KEEP_ALIVE_SECONDS):
                yield _KEEP_ALIVE

    async def _catch_up(self, live: LiveDashboard) -> bool:
        """Count new events for at most the time of one frame. True if none are left."""
        async with self._counting:
            end = time.monotonic() + _FRAME_SECONDS
            began = time.perf_counter()
            for _ in live.catch_up():
                await asyncio.sleep((time.perf_counter() - began) * _PAUSE_FACTOR)
                if time.monotonic() > end:
                    return False
                began = time.perf_counter()
        return True


def event_stream(messages: AsyncIterator[bytes]) -> Response:
    """Response that streams the messages."""
    return StreamingResponse(messages, 200, {"Cache-Control": "no-store"}, "text/event-stream")


class _OpenPage:
    """State of one open page: the sections and the last event that it was sent."""

    def __init__(self, live: LiveDashboard, requests: RequestLog, query: Query) -> None:
        self._live = live
        self._requests = requests
        self._query = query
        self._usage: Usage | None = None
        self._seq = 0
        self._sent: dict[str, bytes] = {}

    def frame(self) -> bytes | None:
        """Sections that changed since the last frame. None if there are none."""
        changed = {name: text for name, text in self._sections() if self._sent.get(name) != text}
        self._sent |= changed
        if rows := self._rows():
            changed["events"] = json_text.encode(rows)
        if not changed:
            return None
        changed["now"] = json_text.encode(instant_text(self._live.service.clock.now()))
        return b"data: {%b}\n\n" % b",".join(b'"%b":%b' % (name.encode(), text) for name, text in changed.items())

    def _sections(self) -> Iterator[tuple[str, bytes]]:
        for name, section in sections(self._live, self._requests, self._query):
            yield name, json_text.encode(section)

    def _rows(self) -> dict[str, Any] | None:
        """Events to show above the others, or, after a reset (`anew`), instead of them."""
        if self._query.listed is not None or self._query.opened is not None:
            return None
        usage = self._live.usage(self._query.selection)
        anew = self._usage is not usage
        if anew and self._live.behind(usage) > KEEP_ROWS:
            return None  # the first events that are counted are not the newest
        if anew:
            self._usage, self._seq = usage, 0
        found = usage.newest_after(self._seq)
        self._seq = usage.seq
        rows = [row_of(event, self._live.name) for event in found]
        return {"anew": anew, "rows": rows} if rows or anew else None
