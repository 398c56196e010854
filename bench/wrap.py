"""`python -m bench.wrap [SDK ...]`: print the milliseconds that `wrap` adds to a model call.

A plain client of an SDK and a wrapped one take turns, call by call. Their local server runs in
another process and answers at once. Events go to a local sink. `p50` and `p99` are of the time that
a call takes; `CPU` is the time that the calling thread computes, at the median, which other
programs on the machine hardly change. Without names, all SDKs take their turn, in five minutes.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, NamedTuple

from bench import rounds
from bench.subjects import AGENT, CUSTOMER, KEY, attributes
from tests.support.integrations.providers.sdks import SDKS, Sdk

ROUNDS, CALLS, WARM_UP = 5, 1000, 50

OPENAI_SERVER = """
import sys
from tests.support.integrations.fake_llm import FakeLLM
with FakeLLM() as server:
    print(server.openai_url, flush=True)
    sys.stdin.read()
"""

SERVER = """
import sys
from tests.support.integrations.providers.sdks import SDKS, fake_of
with fake_of(next(sdk for sdk in SDKS if sdk.name == {name!r})) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""


class Subject(NamedTuple):
    """SDK with its server, and the two calls that are measured."""

    name: str
    server: str
    open: Callable[[str], Any]
    wrap: Callable[[Any, Any], Any]
    calls: dict[str, Callable[[Any], object]]


def openai_subject() -> Subject:
    import openai

    from coobird.integrations.openai import wrap

    request: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}
    return Subject(
        "openai",
        OPENAI_SERVER,
        lambda url: openai.OpenAI(base_url=url, api_key="x", max_retries=0),
        wrap,
        {
            "a call": lambda client: client.chat.completions.create(**request),
            "a stream": lambda client: list(client.chat.completions.create(stream=True, **request)),
        },
    )


def subject_of(sdk: Sdk) -> Subject:
    calls = {"a call": sdk.create, "a stream": lambda client: list(sdk.stream(client))}
    return Subject(sdk.name, SERVER.format(name=sdk.name), sdk.open, sdk.wrap, calls)


@contextmanager
def server_of(subject: Subject) -> Iterator[str]:
    """Run the server in another process, and yield its URL."""
    command = [sys.executable, "-c", subject.server]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=rounds.ROOT
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate("")


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds that a call takes, and those that this thread computes."""
    began, began_cpu = time.perf_counter(), time.thread_time()
    call()
    return (time.perf_counter() - began) * 1e3, (time.thread_time() - began_cpu) * 1e3


def measure(plain: Callable[[], object], wrapped: Callable[[], object]) -> tuple[float, float, float]:
    """Milliseconds that `wrap` adds at the median, at the 99th percentile, and of computing."""
    for _ in range(WARM_UP):
        plain()
        wrapped()
    pairs = [(timed(plain), timed(wrapped)) for _ in range(CALLS)]
    bare, metered = zip(*pairs, strict=True)
    at = CALLS * 99 // 100
    added = [
        (median(after) - median(before), sorted(after)[at] - sorted(before)[at])
        for before, after in zip(zip(*bare, strict=True), zip(*metered, strict=True), strict=True)
    ]
    return *added[0], added[1][0]


def report(subject: Subject, coomon: Any) -> None:
    """Print one line for each kind of call."""
    with server_of(subject) as url:
        bare, metered = subject.open(url), subject.wrap(subject.open(url), coomon)
        for what, call in subject.calls.items():
            added = [measure(lambda: call(bare), lambda: call(metered)) for _ in range(ROUNDS)]  # noqa: B023
            shown = [f"{median(of):.2f} [{min(of):.2f}-{max(of):.2f}]" for of in zip(*added, strict=True)]
            print(f"| {subject.name}: {what} | {' | '.join(shown)} |", flush=True)


def main() -> None:
    from coobird import Coomon

    subjects = [openai_subject(), *map(subject_of, SDKS)]
    unknown = set(sys.argv[1:]) - {subject.name for subject in subjects}
    if unknown:
        sys.exit(f"no such SDK: {', '.join(sorted(unknown))}; there are {', '.join(each.name for each in subjects)}")
    with rounds.sink() as (url, _), Coomon(KEY, host=url) as coomon:
        print("| added by `wrap`, ms | p50 | p99 | CPU |\n|---|--:|--:|--:|")
        with coomon.run(customer_id=CUSTOMER, agent_id=AGENT, attributes=attributes("run-1")):
            for subject in subjects:
                if subject.name in sys.argv[1:] or not sys.argv[1:]:
                    report(subject, coomon)


if __name__ == "__main__":
    main()
