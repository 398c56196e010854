"""`python -m bench.wrap`: print the milliseconds that `wrap` adds to a model call.

A plain client of OpenAI's SDK and a wrapped one take turns, call by call. Their local server runs
in another process and answers at once. Events go to a local sink. Ends by itself in a minute.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from bench import rounds
from bench.subjects import AGENT, CUSTOMER, KEY, attributes

ROUNDS, CALLS = 5, 1000

SERVER = """
import sys
from tests.support.integrations.fake_llm import FakeLLM
with FakeLLM() as server:
    print(server.openai_url, flush=True)
    sys.stdin.read()
"""


def timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1e3


def measure(plain: Callable[[], object], wrapped: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds that `wrap` adds to the median and to the 99th percentile."""
    for _ in range(50):
        plain()
        wrapped()
    pairs = [(timed(plain), timed(wrapped)) for _ in range(CALLS)]
    bare, metered = (sorted(column) for column in zip(*pairs, strict=True))
    at = CALLS * 99 // 100
    return median(metered) - median(bare), metered[at] - bare[at]


def main() -> None:
    from openai import OpenAI

    from coobird import Coomon
    from coobird.integrations.openai import wrap

    command = [sys.executable, "-c", SERVER]
    with (
        rounds.sink() as (url, _),
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=rounds.ROOT) as server,
        Coomon(KEY, host=url) as coomon,
    ):
        assert server.stdout is not None
        at = server.stdout.readline().strip()
        bare = OpenAI(base_url=at, api_key="x", max_retries=0)
        metered = wrap(OpenAI(base_url=at, api_key="x", max_retries=0), coomon)

        def ask(client: OpenAI) -> object:
            return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hi"}])

        def stream(client: OpenAI) -> object:
            return list(
                client.chat.completions.create(
                    model="gpt-4o", messages=[{"role": "user", "content": "hi"}], stream=True
                )
            )

        print("| added by `wrap`, ms | p50 | p99 |\n|---|--:|--:|")
        with coomon.run(customer_id=CUSTOMER, agent_id=AGENT, attributes=attributes("run-1")):
            for what, call in (("a call", ask), ("a stream", stream)):
                added = [measure(lambda: call(bare), lambda: call(metered)) for _ in range(ROUNDS)]  # noqa: B023
                shown = [f"{median(of):.2f} [{min(of):.2f}-{max(of):.2f}]" for of in zip(*added, strict=True)]
                print(f"| {what} | {' | '.join(shown)} |")
        server.communicate("")


if __name__ == "__main__":
    main()
