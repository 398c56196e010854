"""`AsyncCoomon` and the event loop: it never blocks, and cancelling or closing loses nothing."""

from __future__ import annotations

import asyncio
import threading

import pytest

from coobird import AsyncCoomon
from tests.support.ingest import DEADLINE, KEY, Answer, track
from tests.support.programs import missing


class Heartbeat:
    """Beats in the loop. The server answers once it runs: a call that blocks it never ends."""

    def __init__(self, ingest) -> None:
        self.alive = threading.Event()
        self.beats = 0
        ingest.otherwise = self.answer
        self._ingest = ingest
        self._asked = threading.Event()

    def answer(self, request) -> Answer:
        stored = self._ingest.store(request)
        stored.wait = self.alive
        self._asked.set()
        return stored

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(0.001)
            if self._asked.is_set():
                self.beats += 1
            if self.beats == 20:
                self.alive.set()


@pytest.mark.parametrize("call", ["flush", "shutdown", "track_task_immediate"])
def test_waiting_does_not_stop_the_loop(call, ingest, server):
    heart = Heartbeat(ingest)

    async def main() -> None:
        beating = asyncio.create_task(heart.beat())
        client = AsyncCoomon(KEY, host=server.url, flush_interval=0)
        track(client, 5)
        arguments = {"customer_id": "c", "agent_id": "a"} if call == "track_task_immediate" else {}
        await asyncio.wait_for(getattr(client, call)(**arguments), DEADLINE)
        assert heart.beats >= 20
        beating.cancel()
        await client.shutdown()

    asyncio.run(main())
    assert not missing(ingest, "event", 5)


@pytest.mark.parametrize("call", ["flush", "shutdown"])
def test_cancelling_loses_nothing(call, ingest, server):
    release, asked = threading.Event(), threading.Event()

    def answer(request) -> Answer:
        stored = ingest.store(request)
        stored.wait = release
        asked.set()
        return stored

    ingest.otherwise = answer

    async def main():
        client = AsyncCoomon(KEY, host=server.url, flush_interval=0, max_batch_size=10)
        track(client, 50)
        waiting = asyncio.create_task(getattr(client, call)())
        await asyncio.to_thread(asked.wait, DEADLINE)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        release.set()
        await asyncio.wait_for(client.flush(), DEADLINE)
        await asyncio.wait_for(client.shutdown(), DEADLINE)
        return client.stats()

    stats = asyncio.run(main())
    assert not missing(ingest, "event", 50)
    assert (stats.delivered, stats.dropped, stats.queued, stats.in_flight) == (50, 0, 0, 0)


def test_many_tasks_may_wait_for_the_same_flush(ingest, server):
    async def main() -> None:
        async with AsyncCoomon(KEY, host=server.url, flush_interval=0) as client:
            track(client, 50)
            await asyncio.wait_for(asyncio.gather(*(client.flush() for _ in range(50))), DEADLINE)

    asyncio.run(main())
    assert not missing(ingest, "event", 50)


def test_a_client_may_be_used_from_several_loops_one_after_the_other(ingest, server):
    client = AsyncCoomon(KEY, host=server.url, flush_interval=0)

    async def main(name: str) -> None:
        client.track_task(customer_id="c", agent_id="a", event_id=f"{name}-queued")
        await client.track_task_immediate(customer_id="c", agent_id="a", event_id=f"{name}-now")
        await client.flush()

    for name in ("first", "second", "third"):
        asyncio.run(main(name))
    asyncio.run(client.shutdown())
    assert len(ingest.stored) == 6


@pytest.mark.parametrize(
    "ending", ["", "await client.flush()", "raise SystemExit(0)"], ids=["nothing", "flush", "exit"]
)
def test_a_loop_that_closes_before_the_client_loses_nothing(ending, ingest, each_python):
    each_python.run(f"""
        import asyncio
        from coobird import AsyncCoomon
        from tests.support.child import KEY, URL, track
        async def main():
            client = AsyncCoomon(KEY, host=URL)
            track(client, 500)
            {ending}
        asyncio.run(main())
    """)
    assert not missing(ingest, "event", 500)


@pytest.mark.parametrize("call", ["flush", "shutdown"])
def test_an_exit_handler_may_await_the_client(call, ingest, each_python):
    each_python.run(f"""
        import asyncio, atexit
        from coobird import AsyncCoomon
        from tests.support.child import KEY, URL, track
        client = AsyncCoomon(KEY, host=URL, flush_interval=0)
        atexit.register(lambda: asyncio.run(client.{call}()))
        track(client, 50)
    """)
    assert not missing(ingest, "event", 50)


def test_a_program_of_async_tasks_that_fails_delivers(ingest, programs):
    programs.run(
        """
        import asyncio
        from coobird import AsyncCoomon
        from tests.support.child import KEY, URL, track
        async def work(client, number):
            track(client, 10, f"task{number}")
            await asyncio.sleep(0)
            if number == 5:
                raise ValueError("mine")
        async def main():
            client = AsyncCoomon(KEY, host=URL)
            async with asyncio.TaskGroup() as group:
                for number in range(10):
                    group.create_task(work(client, number))
        asyncio.run(main())
        """,
        code=1,
        quiet=False,
    )
    for number in range(10):
        assert not missing(ingest, f"task{number}", 10)
