"""Fault injection: error answers on request, to test the error handling of a client."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from coobird.mock.contract.problems import Problem


@dataclass
class Fault:
    """Error or delay of the next `times` matching requests."""

    operation: str | None = None
    """Operation id such as `create_customer`. None matches every operation."""
    path: str | None = None
    """Path below the base path such as `/customers/cust_1`. None matches every path."""
    status: int | None = None
    """Status of the error. None: no error, only `latency`."""
    retry_after: int | None = None
    """Seconds in the header `Retry-After`. None: no such header, or 1 if the status is 429."""
    times: int | None = 1
    """Number of requests that still fail. None: all of them, until the faults are cleared."""
    latency: float = 0.0
    """Seconds to wait before the answer."""
    after: bool = False
    """True: the request takes effect, and only its answer is replaced. A client that retries it
    without an idempotency key bills twice."""

    def problem(self) -> Problem:
        """The error to answer with."""
        status = self.status or 500
        wait = 1 if self.retry_after is None and status == 429 else self.retry_after
        headers = {} if wait is None else {"Retry-After": str(wait)}
        return InjectedFailure(status, "A fault at /_mock/faults requested this failure.", headers=headers)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class InjectedFailure(Problem):
    """Error of a fault. Strict mode does not check it against the contract."""


def fault_schema(operations: Iterable[str]) -> dict[str, Any]:
    """Schema of a body of `/_mock/faults`. It refuses faults that could never match a request."""
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
    """Faults in force, the oldest first. The first one that matches a request is applied to it."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def take(self, operation: str, path: str) -> Fault | None:
        """The fault of this request, with its `times` reduced by one. None if no fault matches."""
        for fault in self._faults:
            if fault.operation in (None, operation) and fault.path in (None, path):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                return fault
        return None
