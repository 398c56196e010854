"""States of contracts, invoices and payments, and the actions that each state allows (pure)."""

from collections.abc import Mapping

from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import conflict

# By kind and state, the actions that are possible.
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


def require(kind: str, doc: JsonObject, act: str) -> None:
    """Raise a 409 if the document's state does not allow the action.

    The detail lists those it allows.
    """
    possible = POSSIBLE[kind][doc["status"]]
    if act not in possible:
        instead = f"It can be {' or '.join(possible)}." if possible else "That state is final."
        detail = f"The {kind} {doc['id']!r} is {doc['status']} and cannot be {act}. {instead}"
        raise conflict(detail, code="wrong_state")
