"""Chains of calls against a running server: values of one answer are passed to the next call.

Each chain has a tenant of its own, so that it repeats itself exactly.
"""

from typing import Any
from uuid import uuid4

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis.database import InMemoryExampleDatabase

from tests.support.judges import depth, fuzz

TAGS = sorted(
    {
        operation["tags"][0]
        for item in fuzz.document()["paths"].values()
        for operation in item.values()
        if "tags" in operation
    }
)
# Events lead to no call that could follow them.
CHAINED = [tag for tag in TAGS if tag != "events"]


class Walk:
    """Progress of the chains: the number of calls that succeeded, for each operation."""

    def __init__(self) -> None:
        self.chains = 0
        self.succeeded: dict[str, int] = {}


def walk(url: str, tag: str, *, chains: int, seed: int = 1, steps: int = 12) -> Walk:
    """Judge the operations of one tag by so many chains. Raises schemathesis' failures."""
    # Every call of a chain has the chain's key: what happens without one is not asked here.
    document = {name: part for name, part in fuzz.document_without_keys().items() if name != "security"}
    whole = schemathesis.openapi.from_dict(document, config=fuzz.config())
    whole.config.update(base_url=f"{url}/api/v1")
    schema, done = whole.include(tag=tag), Walk()

    class Chain(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.key = f"sk_test_{uuid4().hex}"
            self.world = depth.World(used=fuzz.made(url, 1, self.key), spare={})
            done.chains += 1

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": {"Authorization": f"Bearer {self.key}"}}

        def before_call(self, case: Any) -> None:
            self.world.guide(case)

        def after_call(self, response: Any, case: Any) -> None:
            super().after_call(response, case)
            self.world.learn(case, response)
            if response.status_code < 300:
                name = depth.operation_of(case)
                done.succeeded[name] = done.succeeded.get(name, 0) + 1

    settings = hypothesis.settings(
        max_examples=chains,
        stateful_step_count=steps,
        deadline=None,
        phases=[Phase.generate],
        database=InMemoryExampleDatabase(),
        suppress_health_check=list(HealthCheck),
    )
    machine = hypothesis.seed(seed)(Chain)
    machine.run(settings=settings)
    return done
