"""Input of a rule: a request that has passed the contract's checks."""

from dataclasses import dataclass
from typing import Any

from coobird.mock.billing.running_bills import RunningBills
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import Problem, invalid_field, not_found
from coobird.mock.contract.spec import Operation, Spec
from coobird.mock.state.tenant_data import TenantData


@dataclass(slots=True)
class CheckedRequest:
    """A request that has passed the contract's checks, and the data of its tenant."""

    spec: Spec
    operation: Operation
    path: dict[str, str]
    query: dict[str, Any]
    body: dict[str, Any]
    data: TenantData
    bills: RunningBills
    known_ids: bool = False
    """True: events that name an unknown customer, agent or signal are rejected."""

    def shape(self, kind: str) -> dict[str, JsonObject]:
        """Name and schema of each field of an answer of this kind."""
        return self.spec.schemas.properties(self.spec.operations[f"create_{kind}"].answer_schema or {})

    def unknown(self, kind: str, identifier: str, field: str) -> Problem:
        """Problem for an unknown id in the body: 404 if the contract allows it here, else 422."""
        if self.operation.documents(404):
            return not_found(kind, identifier, field)
        return invalid_field(field, f"there is no {kind.replace('_', ' ')} {identifier!r}")
