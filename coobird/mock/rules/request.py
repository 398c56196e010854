"""What a rule gets to see of a request."""

from dataclasses import dataclass
from typing import Any

from coobird.mock.contract.problems import Problem, invalid_field, missing
from coobird.mock.contract.spec import Operation, Spec
from coobird.mock.state.document_store import Doc
from coobird.mock.state.tenant_data import Data


@dataclass(slots=True)
class Call:
    """One request that has passed the contract's checks, and the tenant's data."""

    spec: Spec
    operation: Operation
    path: dict[str, str]
    query: dict[str, Any]
    body: dict[str, Any]
    data: Data

    def shape(self, kind: str) -> dict[str, Doc]:
        """Name and schema of each field that an answer of this kind has."""
        return self.spec.schemas.properties(self.spec.operations[f"create_{kind}"].answer_schema or {})

    def unknown(self, kind: str, identifier: str, field: str) -> Problem:
        """For an id in the body that leads nowhere: 404 where the contract foresees it for this operation, else 422."""
        if self.operation.documents(404):
            return missing(kind, identifier, field)
        return invalid_field(field, f"there is no {kind.replace('_', ' ')} {identifier!r}")
