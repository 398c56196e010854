"""Filter of events: by ids, model and free text (pure)."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Self

from coobird.mock.contract.json_text import encode_text
from coobird.mock.state.event_log import StoredEvent

# Filters as they are named in a URL. An empty value selects the events that have none.
FILTERS = ("customer_id", "agent_id", "signal_code", "model", "text")

# Name of a document by tenant, kind and id, or None.
Names = Callable[[str, str, str], str | None]


class EventFilter(NamedTuple):
    """Values that an event must have. None: any value."""

    tenant: str | None = None
    customer_id: str | None = None
    agent_id: str | None = None
    signal_code: str | None = None
    model: str | None = None
    text: str | None = None
    """Text in an id, a name, an attribute or the metadata. Upper and lower case are equal."""

    @classmethod
    def of(cls, query: Mapping[str, str], tenant: str | None) -> Self:
        """The filter in the query of a URL."""
        chosen = {name: query.get(name) for name in FILTERS}
        return cls(tenant, **(chosen | {"text": chosen["text"] or None}))

    @property
    def is_of_all_usage(self) -> bool:
        """True if it leaves out no event of a customer or an agent."""
        return self.signal_code is None and self.model is None and self.text is None

    def matches(self, event: StoredEvent, names: Names) -> bool:
        """True if the event has all values. `names` has the names of its customer and agent."""
        return (
            self.tenant in (None, event.tenant)
            and self.customer_id in (None, event.customer_id)
            and self.agent_id in (None, event.agent_id)
            and (self.signal_code is None or self.signal_code == (event.signal_code or ""))
            and (self.model is None or self.model == (model_of(event) or ""))
            and (self.text is None or self.text.casefold() in _words(event, names))
        )


def model_of(event: StoredEvent) -> str | None:
    """Model that an event states in its attribute `model`. None without one."""
    model = event.attributes.get("model")
    return model if isinstance(model, str) and model else None


def _words(event: StoredEvent, names: Names) -> str:
    found = [event.event_id, event.customer_id, event.agent_id, event.action_type, event.signal_code or ""]
    named = (("customer", event.customer_id), ("agent", event.agent_id))
    found += [names(event.tenant, kind, identifier) or "" for kind, identifier in named]
    return "\n".join([*found, encode_text(event.attributes), encode_text(event.metadata)]).casefold()
