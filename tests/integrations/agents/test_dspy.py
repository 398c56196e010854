"""DSPy with the real package: each call of a model is one exact event for its own payer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.integrations.agents.billed import assert_each_call_is_billed_to_its_payer
from tests.support.integrations.agents.litellm_reports import metered_litellm, settle
from tests.support.integrations.agents.scripted import Json, Said, ScriptedLLM, text
from tests.support.integrations.recorder import Recorder

# LiteLLM's warnings about pydantic would be errors that it meets instead of reporting a call.
pytestmark = pytest.mark.filterwarnings("ignore")

CUSTOMERS = ["acme", "blue_heron"] * 3


def fields(**values: str) -> Said:
    """Return an answer in the form that DSPy's adapter asks for."""
    parts = [f"[[ ## {name} ## ]]\n{value}" for name, value in (values | {"completed": ""}).items()]
    return text("\n\n".join(parts))


def answer(body: Json) -> Said:
    return fields(answer="Sunny.")


@pytest.fixture(scope="module")
def dspy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DSPY_CACHEDIR", str(tmp_path_factory.mktemp("dspy")))
        patch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        import dspy

        yield dspy


@pytest.fixture
def fake() -> Iterator[ScriptedLLM]:
    with ScriptedLLM(answer) as server:
        yield server


@pytest.fixture
def lm(dspy: Any, fake: ScriptedLLM, coomon: Recorder) -> Iterator[Callable[..., Any]]:
    """Makes a language model of DSPy that calls the fake through LiteLLM, which is metered."""

    def make(**options: Any) -> Any:
        options = {"engine": "litellm", "cache": False, "num_retries": 0} | options
        return dspy.LM("openai/gpt-4o", api_base=fake.url, api_key="sk-x", **options)

    with metered_litellm(coomon):
        yield make


@pytest.fixture
def program(dspy: Any, coomon: Recorder, lm: Callable[..., Any]) -> Any:
    """A program whose every call names its payer."""

    class Ask(dspy.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ask = dspy.Predict("question -> answer")

        def forward(self, question: str, customer: str) -> Any:
            with coomon.run(customer_id=customer, agent_id="answers"):
                return self.ask(question=question)

        async def aforward(self, question: str, customer: str) -> Any:
            with coomon.run(customer_id=customer, agent_id="answers"):
                return await self.ask.acall(question=question)

    made = Ask()
    made.set_lm(lm())
    return made


def question_for(customer: str) -> dict[str, str]:
    return {"question": f"customer={customer}: the weather?", "customer": customer}


def test_a_call_is_one_event(fake: ScriptedLLM, coomon: Recorder, program: Any) -> None:
    assert program(**question_for("acme")).answer == "Sunny."
    settle(coomon, 1)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 1)


def test_a_streamed_call_of_a_program_that_tracks_usage_is_one_event(
    dspy: Any, fake: ScriptedLLM, coomon: Recorder, program: Any
) -> None:
    async def stream() -> list[Any]:
        listener = dspy.streaming.StreamListener(signature_field_name="answer")
        with dspy.context(track_usage=True):
            streamed = dspy.streamify(program, stream_listeners=[listener], is_async_program=True)
            return [item async for item in streamed(**question_for("acme"))]

    assert asyncio.run(stream())[-1].answer == "Sunny."
    settle(coomon, 1)
    assert [call.stream for call in fake.calls] == [True]
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 1)


def test_customers_that_ask_in_tasks_pay_each_for_their_own_calls(
    fake: ScriptedLLM, coomon: Recorder, program: Any
) -> None:
    async def ask() -> list[Any]:
        return await asyncio.gather(*(program.acall(**question_for(each)) for each in CUSTOMERS))

    asyncio.run(ask())
    settle(coomon, 6)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 6)


def test_customers_that_ask_in_dspys_threads_pay_each_for_their_own_calls(
    dspy: Any, fake: ScriptedLLM, coomon: Recorder, program: Any
) -> None:
    pairs = [(program, dspy.Example(**question_for(each)).with_inputs("question", "customer")) for each in CUSTOMERS]
    answers = dspy.Parallel(num_threads=6, disable_progress_bar=True)(pairs)
    assert [each.answer for each in answers] == ["Sunny."] * 6
    settle(coomon, 6)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 6)


def test_a_run_around_dspys_threads_is_not_theirs_and_the_call_is_reported(
    dspy: Any, fake: ScriptedLLM, coomon: Recorder, lm: Callable[..., Any]
) -> None:
    plain = dspy.Predict("question -> answer")
    plain.set_lm(lm())
    pairs = [(plain, dspy.Example(question="customer=acme: the weather?").with_inputs("question"))] * 2
    with coomon.run(customer_id="acme", agent_id="answers"):
        dspy.Parallel(num_threads=2, disable_progress_bar=True)(pairs)
    settle(coomon, 2)
    assert coomon.events == []
    assert [type(error).__name__ for error in coomon.errors] == ["InvalidEventError"] * 2


def test_asyncify_keeps_the_payer(dspy: Any, fake: ScriptedLLM, coomon: Recorder, lm: Callable[..., Any]) -> None:
    plain = dspy.Predict("question -> answer")
    plain.set_lm(lm())
    ask = dspy.asyncify(plain)

    async def of(customer: str) -> Any:
        with coomon.run(customer_id=customer, agent_id="answers"):
            return await ask(question=f"customer={customer}: the weather?")

    async def ask_all() -> None:
        await asyncio.gather(*map(of, CUSTOMERS))

    asyncio.run(ask_all())
    settle(coomon, 6)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 6)


def test_an_agent_with_a_tool_is_an_event_for_each_call_of_the_model(
    dspy: Any, fake: ScriptedLLM, coomon: Recorder, lm: Callable[..., Any]
) -> None:
    def get_weather(city: str) -> str:
        return f"Sunny in {city}."

    turns = iter(
        [
            fields(next_thought="I ask.", next_tool_name="get_weather", next_tool_args='{"city": "Oslo"}'),
            fields(next_thought="Done.", next_tool_name="finish", next_tool_args="{}"),
            fields(reasoning="It is.", answer="Sunny."),
        ]
    )
    fake.say = lambda body: next(turns)
    agent = dspy.ReAct("question -> answer", tools=[get_weather])
    agent.set_lm(lm())
    with coomon.run(customer_id="acme", agent_id="weather"):
        assert agent(question="customer=acme: the weather?").answer == "Sunny."
    settle(coomon, 3)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 3)


def test_an_answer_from_dspys_cache_is_not_billed(
    dspy: Any, fake: ScriptedLLM, coomon: Recorder, lm: Callable[..., Any]
) -> None:
    cached = dspy.Predict("question -> answer")
    cached.set_lm(lm(cache=True))

    async def in_tasks() -> None:
        await asyncio.gather(*(cached.acall(question="customer=acme: the weather?") for _ in range(2)))

    with coomon.run(customer_id="acme", agent_id="answers"):
        for _ in range(3):
            assert cached(question="customer=acme: the weather?").answer == "Sunny."
        asyncio.run(cached.acall(question="customer=acme: the weather?"))
        made = len(fake.calls)
        asyncio.run(in_tasks())
    settle(coomon, made)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, made)


def test_a_call_that_dspy_tries_again_is_one_event(
    dspy: Any, fake: ScriptedLLM, coomon: Recorder, lm: Callable[..., Any]
) -> None:
    turns = iter([Said(status=503), answer({}), answer({})])
    fake.say = lambda body: next(turns)
    ask = dspy.Predict("question -> answer")
    ask.set_lm(lm(num_retries=1))
    with coomon.run(customer_id="acme", agent_id="answers"):
        ask(question="customer=acme: the weather?")
    settle(coomon, 1)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 1)
    assert len(fake.bodies) == 2


def test_a_refused_call_is_the_callers_error_and_not_billed(
    dspy: Any, fake: ScriptedLLM, coomon: Recorder, program: Any
) -> None:
    fake.say = lambda body: Said(status=400)
    with pytest.raises(dspy.utils.exceptions.LMError):
        program(**question_for("acme"))
    settle(coomon, 0)
    assert (coomon.events, coomon.errors) == ([], [])


def test_an_answer_without_usage_is_reported_and_not_billed(fake: ScriptedLLM, coomon: Recorder, program: Any) -> None:
    fake.say = lambda body: answer(body)._replace(without_usage=True)
    program(**question_for("acme"))
    settle(coomon, 1)
    assert coomon.events == []
    assert [type(error).__name__ for error in coomon.errors] == ["UsageMissingError"]


def test_the_engine_that_dspy_chooses_by_itself_does_not_call_litellm(
    fake: ScriptedLLM, coomon: Recorder, dspy: Any, lm: Callable[..., Any]
) -> None:
    # So the page says to name the engine. If this fails, the page may say less.
    ask = dspy.Predict("question -> answer")
    ask.set_lm(lm(engine="auto"))
    with coomon.run(customer_id="acme", agent_id="answers"):
        ask(question="customer=acme: the weather?")
    settle(coomon, 0)
    assert len(fake.calls) == 1
    assert (coomon.events, coomon.errors) == ([], [])
