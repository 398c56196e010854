"""Answers that go wrong on purpose, so that a client's error handling can be tried out."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from coobird.mock.contract.problems import Problem


@dataclass
class Fault:
    """What happens to the next `times` matching requests (None: to all, until faults are cleared)."""

    operation: str | None = None
    """An operation id such as `create_customer`; None matches every operation."""
    path: str | None = None
    """A path below the base path such as `/customers/cust_1`; None matches every path."""
    status: int | None = None
    """The error to answer with; None lets the request through, after `latency`."""
    retry_after: int | None = None
    """Seconds for the header `Retry-After`; a 429 says 1 if nothing else is asked for."""
    times: int | None = 1
    latency: float = 0.0
    """Seconds to wait first."""
    after: bool = False
    """Let the request take effect and spoil only its answer: the case in which a careless client bills twice."""

    def problem(self) -> Problem:
        """The error to answer with."""
        status = self.status or 500
        wait = 1 if self.retry_after is None and status == 429 else self.retry_after
        headers = {} if wait is None else {"Retry-After": str(wait)}
        return AskedFor(status, "This failure was asked for at /_mock/faults.", headers=headers)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class AskedFor(Problem):
    """A failure of a fault's making; strict mode lets it be whatever it is."""


def fault_schema(operations: Iterable[str]) -> dict[str, Any]:
    """What may be posted to `/_mock/faults`: nothing that would silently never happen."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "operation": {"enum": [*operations, None]},
            "path": {"type": ["string", "null"], "pattern": "^/"},
            "status": {"type": ["integer", "null"], "minimum": 400, "maximum": 599},
            "retry_after": {"type": ["integer", "null"], "minimum": 0},
            "times": {"type": ["integer", "null"], "minimum": 1},
            "latency": {"type": "number", "minimum": 0, "maximum": 3600},
            "after": {"type": "boolean"},
        },
    }


class Faults:
    """The rules in force, oldest first. The first one that matches is spent."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._rules)

    def add(self, fault: Fault) -> None:
        self._rules.append(fault)

    def clear(self) -> None:
        self._rules.clear()

    def take(self, operation: str, path: str) -> Fault | None:
        """The fault for this request, if any, used up by one."""
        for fault in self._rules:
            if fault.operation in (None, operation) and fault.path in (None, path):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._rules.remove(fault)
                return fault
        return None
