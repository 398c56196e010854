"""Reports of LiteLLM, which come from threads of its own, a moment after a call has returned."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.integrations.agents.billed import PRICES
from tests.support.integrations.recorder import LOOPBACK, Recorder


@contextmanager
def metered_litellm(coomon: Recorder) -> Iterator[None]:
    """Meter the calls of LiteLLM in this block."""
    import litellm

    from coobird.integrations.litellm import CoobirdLogger

    logger = CoobirdLogger(coomon, providers=LOOPBACK, prices=PRICES).install()
    try:
        yield
    finally:
        for registered in vars(litellm).values():
            if isinstance(registered, list) and any(each is logger for each in registered):
                registered[:] = [each for each in registered if each is not logger]


def settle(coomon: Recorder, number: int) -> None:
    """Wait for this number of events and errors, and for surplus ones."""
    from litellm.litellm_core_utils.thread_pool_executor import executor

    def wait_in_each_thread() -> None:
        # A job of LiteLLM that is queued by now is done when these are.
        for waiting in [executor.submit(time.sleep, 0.01) for _ in range(100)]:
            waiting.result()

    deadline = time.monotonic() + 30
    while len(coomon.events) + len(coomon.errors) < number and time.monotonic() < deadline:
        executor.submit(time.sleep, 0.01).result()
    wait_in_each_thread()
