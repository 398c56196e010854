"""Server-sent events: every usage event as it arrives, and for the page a few frames per second with what changed.

Nothing is queued for a reader. Each takes what is new from the log when it is ready to, so a slow one piles nothing up.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from starlette.responses import Response, StreamingResponse

from coobird.mock.contract import json_text
from coobird.mock.dashboard.live import Live
from coobird.mock.dashboard.sections import sections
from coobird.mock.service.request_log import RequestLog
from coobird.mock.service.service import Service
from coobird.mock.state.clock import stamp
from coobird.mock.web.notifier import Feed

_FRAME_SECONDS = 0.2
_KEEP_ALIVE_SECONDS = 15.0
_CHUNK = 200
# After a slice of work for the page, its share of the time that goes to everything else: a page takes a quarter at most.
_REST = 3


def message(data: Any, *, seq: int | None = None, name: str | None = None) -> bytes:
    """One server-sent event. JSON has no line breaks of its own, so it needs one line."""
    head = b"" if seq is None else b"id: %d\n" % seq
    head += b"" if name is None else b"event: %b\n" % name.encode()
    return head + b"data: %b\n\n" % json_text.encode(data)


async def follow(service: Service, feed: Feed, tenant: str | None, after: int) -> AsyncIterator[bytes]:
    """The usage events that come after the one with this `seq`, of a tenant or of all."""
    resets = service.store.resets
    yield b": connected\n\n"
    while not feed.closed:
        turn = feed.turn
        if service.store.resets != resets:  # the log counts from 1 again
            resets, after = service.store.resets, 0
        fresh = list(service.events.read(tenant=tenant, after=after, limit=_CHUNK))
        for event in fresh:
            after = event.seq
            yield message(event._asdict(), seq=event.seq, name="usage")
            # Neither reading nor writing waits while there is something; so it is here that others get their turn, and that
            # a reader who has gone is noticed.
            await asyncio.sleep(0)
        if not fresh and not await feed.wait(turn, _KEEP_ALIVE_SECONDS):
            yield b": still here\n\n"


class Dashboards:
    """Feeds the open pages. They share one `Live`, which stands still while no page is open."""

    def __init__(self, service: Service, requests: RequestLog, feed: Feed) -> None:
        self._service = service
        self._requests = requests
        self._feed = feed
        self._live: Live | None = None
        self._counting = asyncio.Lock()

    async def frames(self, tenant: str | None) -> AsyncIterator[bytes]:
        """The first frame has everything, each later one what changed; a page that comes back starts anew."""
        if self._live is None:
            self._live = Live(self._service)
        reader = _Reader(self._live, self._requests, tenant)
        yield b"retry: 1000\n\n"
        while not self._feed.closed:
            turn = self._feed.turn
            finished = await self._catch_up(self._live)
            began = time.perf_counter()
            if frame := reader.frame():
                yield frame
            await asyncio.sleep(max(_FRAME_SECONDS, (time.perf_counter() - began) * _REST))
            if finished and not await self._feed.wait(turn, _KEEP_ALIVE_SECONDS):
                yield b": still here\n\n"

    async def _catch_up(self, live: Live) -> bool:
        """Count what is new, for as long as a frame may take; whether that was all."""
        async with self._counting:
            end = time.monotonic() + _FRAME_SECONDS
            began = time.perf_counter()
            for _ in live.catch_up():
                await asyncio.sleep((time.perf_counter() - began) * _REST)
                if time.monotonic() > end:
                    return False
                began = time.perf_counter()
        return True


def streamed(messages: AsyncIterator[bytes]) -> Response:
    """The messages as an answer that goes on."""
    return StreamingResponse(messages, 200, {"Cache-Control": "no-store"}, "text/event-stream")


class _Reader:
    """What one page has been told."""

    def __init__(self, live: Live, requests: RequestLog, tenant: str | None) -> None:
        self._live = live
        self._requests = requests
        self._tenant = tenant
        self._board: object = None
        self._seq = 0
        self._sent: dict[str, bytes] = {}

    def frame(self) -> bytes | None:
        """What changed since the last one; None if nothing did."""
        changed = {name: text for name, text in self._sections() if self._sent.get(name) != text}
        self._sent |= changed
        if rows := self._rows():
            changed["events"] = json_text.encode(rows)
        if not changed:
            return None
        changed["now"] = json_text.encode(stamp(self._live.service.clock.now()))
        return b"data: {%b}\n\n" % b",".join(b'"%b":%b' % (name.encode(), text) for name, text in changed.items())

    def _sections(self) -> Iterator[tuple[str, bytes]]:
        for name, section in sections(self._live, self._requests, self._tenant):
            yield name, json_text.encode(section)

    def _rows(self) -> dict[str, Any] | None:
        """Rows to put on top of the others, or after a reset in their place."""
        board, anew = self._live.board, self._board is not self._live.board
        if anew:
            self._board, self._seq = board, 0
        rows = board.newest(self._tenant, self._seq)
        self._seq = self._live.seq
        return {"anew": anew, "rows": rows} if rows or anew else None
