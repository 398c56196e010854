"""Parts in which the events of a refused batch are sent again (pure).

The server refuses a whole batch because of one event. The batch is split until that event stands
alone, so that all others are delivered.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def suspects_apart(problem: Any, events: list[bytes]) -> list[list[bytes]] | None:
    """Return the events that `errors[].field` does not name, and the events that it names.

    `None` if it names none or all.

    Args:
        problem: Body of the refusal. A field is for example "events.3.quantity".
        events: Events of the request.
    """
    named: set[int] = set()
    try:
        fields: list[Any] = [error["field"] for error in problem["errors"]]
    except (TypeError, KeyError, LookupError):
        fields = []
    for field in fields:
        steps = str(field).split(".")
        if len(steps) > 1 and steps[0] == "events" and steps[1].isascii() and steps[1].isdigit() and len(steps[1]) < 9:
            named.add(int(steps[1]))
    others = [event for index, event in enumerate(events) if index not in named]
    suspects = [event for index, event in enumerate(events) if index in named]
    # The suspects are sent too: only a refusal of an event on its own proves that it, and no other,
    # is at fault.
    return [others, suspects] if others and suspects else None


def halves(events: list[bytes]) -> list[list[bytes]]:
    """Return the first and the second half of the events."""
    middle = len(events) // 2
    return [events[:middle], events[middle:]]
