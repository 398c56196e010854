"""Calls through LiteLLM whose end LiteLLM reports late or not at all. Its callbacks are global.

python -m tests.support.integrations.litellm_ends             # a line of JSON for each scene
python -m tests.support.integrations.litellm_ends install     # with `litellm.callbacks` replaced
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import time
import warnings
from collections.abc import Callable, Coroutine
from typing import Any

from tests.support.ingest import wait_until
from tests.support.integrations.emitters import say

GATHERED = 10


def main(is_replaced: bool) -> None:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import httpx
    import litellm
    from litellm.integrations.custom_logger import CustomLogger
    from openai import APIError

    from coobird.integrations.litellm import CoobirdLogger
    from tests.support.integrations.fake_llm import FakeLLM
    from tests.support.integrations.recorder import Recorder

    coomon = Recorder()
    logger = CoobirdLogger(coomon)
    litellm.suppress_debug_info = True
    if is_replaced:
        logger.install().install()
        litellm.callbacks = []
    else:
        litellm.callbacks = [logger]

    def request(who: str, scenario: str, options: dict[str, Any]) -> dict[str, Any]:
        return {
            "model": "anthropic/claude-x",
            "api_base": f"{fake.anthropic_url}/v1/messages",
            "api_key": "sk-x",
            "messages": [{"role": "user", "content": "hello"}],
            "extra_headers": {"x-scenario": scenario, "x-scenario-key": who},
            **options,
        }

    async def ask(who: str, scenario: str = "basic", **options: Any) -> None:
        with coomon.run(customer_id=who, agent_id="agent"):
            await litellm.acompletion(**request(who, scenario, options))

    async def tried_again() -> None:
        await ask("tried_again", "overloaded", num_retries=2)

    async def gathered() -> None:
        await asyncio.gather(*(ask(f"gathered_{number}") for number in range(GATHERED)))

    async def timed_out() -> None:
        await ask("timed_out", "silent", timeout=0.3, max_retries=0)

    async def answered_late() -> None:
        class Ends(CustomLogger):  # type: ignore[misc]
            def log_post_api_call(self, *_: Any, **__: Any) -> None:
                logger.end_with_program()

        litellm.input_callback.append(Ends())
        try:
            await ask("answered_late")
        finally:
            litellm.input_callback.pop()

    async def cancel(call: Coroutine[Any, Any, Any]) -> None:
        arrived = len(fake.bodies)
        task = asyncio.create_task(call)
        await asyncio.to_thread(wait_until, lambda: len(fake.bodies) > arrived, "the request is there")
        task.cancel()
        await asyncio.wait([task])

    async def cancelled() -> None:
        await cancel(ask("cancelled", "silent"))
        await cancel(ask("cancelled", "silent", stream=True))

    async def cancelled_in_a_thread() -> None:
        # LiteLLM begins the call in a thread.
        request = {"model": "openai/x", "api_base": fake.openai_url, "api_key": "sk-x", "input": ["hello"]}
        with coomon.run(customer_id="cancelled", agent_id="agent"):
            await cancel(litellm.aembedding(**request, extra_headers={"x-scenario": "silent"}))

    async def given_up() -> None:
        async def ask_in_time() -> None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    await ask("given_up", "silent")

        await asyncio.create_task(ask_in_time())

    async def refused() -> None:
        await ask("refused", "error", max_retries=0)

    async def lost_once() -> None:
        await ask("lost_once", "late", timeout=1, num_retries=1)

    async def lost_once_in_sync() -> None:
        with coomon.run(customer_id="lost_once_in_sync", agent_id="agent"):
            litellm.completion(**request("lost_once_in_sync", "basic", {}))
            litellm.completion(**request("lost_once_in_sync", "late", {"timeout": 1, "num_retries": 1}))

    async def refused_once_in_sync() -> None:
        with coomon.run(customer_id="refused_once", agent_id="agent"):
            litellm.completion(**request("refused_once", "overloaded", {"num_retries": 1}))

    async def fail(name: str, scenario: str, port: int = 0) -> None:
        urls = {
            "anthropic/claude-x": f"{fake.anthropic_url}/v1/messages",
            "openai/gpt-x": fake.openai_url,
            "groq/x": fake.openai_url,
            "text-completion-openai/x": fake.openai_url,
        }
        for model, url in urls.items():
            base = f"http://127.0.0.1:{port}" if port else url
            options = {"model": model, "api_base": base, "max_retries": 0}
            with contextlib.suppress(APIError):
                await ask(f"{name} {model} async", scenario, **options)
            with coomon.run(customer_id=name, agent_id="agent"), contextlib.suppress(APIError):
                litellm.completion(**request(f"{name} {model}", scenario, options))

    async def not_sent() -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            await fail("not_sent", "basic", closed.getsockname()[1])

    async def unavailable() -> None:
        await fail("unavailable", "overloaded")

    async def broken() -> None:
        await fail("broken", "dropped")

    async def broken_after_one_that_was_not_sent() -> None:
        try:
            raise httpx.ConnectError("an error of the program, in whose handling the calls are made")
        except httpx.ConnectError:
            await fail("broken_after", "dropped")

    async def unavailable_after_one_that_was_broken() -> None:
        try:
            raise httpx.ReadError("an error of the program, in whose handling the calls are made")
        except httpx.ReadError:
            await fail("unavailable_after", "overloaded")

    def after(scene: Callable[[], Any], wanted: int) -> None:
        before = (len(coomon.accepted()), len(coomon.errors))
        with contextlib.suppress(Exception):
            asyncio.run(scene())
        deadline = time.monotonic() + 30
        while len(coomon.accepted()) + len(coomon.errors) - sum(before) < wanted and time.monotonic() < deadline:
            time.sleep(0.02)
        events = coomon.accepted()[before[0] :]
        say(
            scene=scene.__name__,
            events=[event["customer_id"] for event in events],
            tokens=[event["attributes"][f"{way}_tokens"] for event in events for way in ("input", "output")],
            errors=[str(error) for error in coomon.errors[before[1] :]],
        )

    with FakeLLM() as fake:
        after(gathered, GATHERED)
        after(tried_again, 1)
        after(timed_out, 1)
        after(answered_late, 1)
        after(cancelled, 2)
        after(cancelled_in_a_thread, 0 if is_replaced else 1)
        after(given_up, 1)
        after(refused, 0)
        after(not_sent, 0)
        after(unavailable, 0)
        after(unavailable_after_one_that_was_broken, 0)
        after(broken, 8)
        after(broken_after_one_that_was_not_sent, 8)
        after(lost_once, 2)
        after(lost_once_in_sync, 3)
        after(refused_once_in_sync, 1)
    told = len(coomon.errors)
    logger.end_with_program()
    say(scene="end", events=[], errors=[str(error) for error in coomon.errors[told:]])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main("install" in sys.argv)
