"""A thousand calls at once, of many customers, by mixed reporters: each customer gets its own."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import openai
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from coobird.integrations.langchain import CoobirdCallbackHandler
from coobird.integrations.openai import wrap
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.fake_usage import USAGE
from tests.support.integrations.recorder import Recorder
from tests.support.integrations.synthetic import CHAT, with_id

CALLS, CUSTOMERS, THREADS = 1_000, 7, 10
BASIC = USAGE["openai"]["basic"]
# All calls have the model and the totals of the fake, so that nothing but their structure differs.
SAME = {
    "gen_ai.response.model": "gpt-4o-2024-08-06",
    "gen_ai.usage.input_tokens": BASIC.input,
    "gen_ai.usage.output_tokens": BASIC.output,
}


class Calls:
    """Ways to make one call, and to report it."""

    def __init__(self, fake: FakeLLM, coomon: Recorder, provider: TracerProvider) -> None:
        client = openai.OpenAI(base_url=fake.openai_url, api_key="sk-x", max_retries=0)
        self._wrapped = wrap(client, coomon)
        self._handler = CoobirdCallbackHandler(coomon)
        self._tracer = provider.get_tracer("an.sdk")
        self._framework = provider.get_tracer("a.framework")
        self.ways: list[Callable[[random.Random], Any]] = [
            self.by_wrap,
            self.by_wrap_in_a_span,
            self.by_span,
            self.by_two_spans,
            self.by_handler,
            self.by_handler_and_span,
        ]

    def by_wrap(self, luck: random.Random) -> None:
        headers = {"x-scenario": luck.choice(["basic", "short-id"])}
        self._wrapped.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "hello"}], extra_headers=headers
        )

    def by_wrap_in_a_span(self, luck: random.Random) -> None:
        with self._framework.start_as_current_span("chat", attributes=CHAT | SAME):
            self.by_wrap(luck)

    def by_span(self, luck: random.Random) -> None:
        with self._tracer.start_as_current_span("chat", attributes=answer(luck)):
            pass

    def by_two_spans(self, luck: random.Random) -> None:
        made_up = {"gen_ai.response.id": f"run-{luck.getrandbits(80):020x}"} if luck.random() < 0.5 else {}
        with self._framework.start_as_current_span("chat", attributes=CHAT | SAME | made_up):
            self.by_span(luck)

    def by_handler(self, luck: random.Random) -> None:
        usage: Any = {"input_tokens": BASIC.input, "output_tokens": BASIC.output, "total_tokens": 0}
        message = AIMessage("hi", usage_metadata=usage, response_metadata={"model_name": "gpt-4o-2024-08-06"})
        GenericFakeChatModel(messages=iter([message])).invoke("hello", config={"callbacks": [self._handler]})

    def by_handler_and_span(self, luck: random.Random) -> None:
        with self._tracer.start_as_current_span("chat", attributes=CHAT | SAME):
            self.by_handler(luck)


def answer(luck: random.Random) -> dict[str, Any]:
    return (with_id() if luck.random() < 0.5 else CHAT) | SAME


def test_each_of_a_thousand_mixed_calls_at_once_is_one_event_of_its_customer(coomon: Recorder) -> None:
    processor, provider = CoobirdSpanProcessor(coomon), TracerProvider()
    provider.add_span_processor(processor)
    truth: Counter[str] = Counter()
    errors: list[BaseException] = []

    def work(number: int) -> None:
        luck = random.Random(number)
        try:
            for _ in range(CALLS // THREADS):
                customer = f"cust_{luck.randrange(CUSTOMERS)}"
                with ExitStack() as stack:
                    stack.enter_context(coomon.run(customer_id=customer, agent_id="agent"))
                    if luck.random() < 0.5:
                        stack.enter_context(
                            trace.use_span(provider.get_tracer("web").start_span("request"), end_on_exit=True)
                        )
                    luck.choice(calls.ways)(luck)
                truth[customer] += 1
        except BaseException as error:  # noqa: BLE001 - the test shows it
            errors.append(error)

    with FakeLLM() as fake:
        calls = Calls(fake, coomon, provider)
        threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
    provider.shutdown()
    assert errors == []
    assert coomon.errors == []
    assert sum(truth.values()) == CALLS
    # The client makes an id of its own for a wrapped call without one.
    with_ids = [event["event_id"] for event in coomon.events if event["event_id"]]
    assert len(set(with_ids)) == len(with_ids)
    assert Counter(event["customer_id"] for event in coomon.events) == truth
    stats = processor.stats()
    assert stats.waiting == 0
    assert stats.spans == stats.billed + stats.reported + stats.joined
