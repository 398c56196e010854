"""Which states there are and what is possible in each (pure)."""

from collections.abc import Mapping

from coobird.mock.contract.problems import conflict
from coobird.mock.state.document_store import Doc

# By kind and state: what can be done to it.
POSSIBLE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "contract": {
        "draft": ("updated", "activated", "cancelled"),
        "active": ("updated", "suspended", "cancelled"),
        "suspended": ("updated", "activated", "cancelled"),
        "cancelled": (),
    },
    "invoice": {
        "draft": ("updated", "finalized", "paid"),
        "finalized": ("voided", "paid"),
        "void": (),
    },
    "payment": {
        "pending": ("given another status",),
        "completed": ("given another status", "refunded"),
        "failed": ("given another status",),
        "partially_refunded": ("refunded",),
        "refunded": (),
    },
}


def require(kind: str, doc: Doc, act: str) -> None:
    """409 that says what is possible instead, unless the act is possible in the document's state."""
    possible = POSSIBLE[kind][doc["status"]]
    if act not in possible:
        instead = f"It can be {' or '.join(possible)}." if possible else "That state is final."
        detail = f"The {kind} {doc['id']!r} is {doc['status']} and cannot be {act}. {instead}"
        raise conflict(detail, code="wrong_state")
