"""Observable instruments of OpenTelemetry."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import coobird
from coobird.integrations._checks import needs_extra
from coobird.integrations._metrics.clients import Clients
from coobird.integrations._metrics.table import METRICS, Kind

with needs_extra("otel"):
    from opentelemetry.metrics import Observation, get_meter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from opentelemetry.metrics import CallbackOptions, MeterProvider

    from coobird.integrations._metrics.clients import Client
    from coobird.integrations._metrics.table import Metric

CLIENT = "coobird.client.name"
"""Attribute of each value: name of the client."""

_NAME = "coobird.integrations.metrics"


class _Global:
    """Stands for the provider that is global now or later."""


# A second set of instruments with the same names would be a conflict. `importlib.reload` runs this
# module again in the same namespace, where nothing may be forgotten.
_GLOBAL = globals().get("_GLOBAL") or _Global()
_exported: WeakKeyDictionary[object, Clients] = globals().get("_exported", WeakKeyDictionary())


def export(client: Client, name: str, provider: MeterProvider | None) -> None:
    """Export the metrics of a client, with instruments that the provider may have already."""
    key: object = provider or _GLOBAL
    clients = _exported.get(key)
    is_new = clients is None
    if clients is None:
        clients = Clients()
    clients.add(name, client)
    if is_new:
        _exported[key] = clients
        _make_instruments(clients, provider)


def _make_instruments(clients: Clients, provider: MeterProvider | None) -> None:
    meter = get_meter(_NAME, coobird.__version__, provider)
    make = {
        Kind.COUNTER: meter.create_observable_counter,
        Kind.AMOUNT: meter.create_observable_up_down_counter,
        Kind.STATE: meter.create_observable_gauge,
    }
    for metric in METRICS:
        make[metric.kind](metric.opentelemetry, [_callback(metric, clients)], unit=metric.unit, description=metric.help)


def _callback(metric: Metric, clients: Clients) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def observe(_: CallbackOptions) -> Iterable[Observation]:
        for name, client in clients.existing():
            for label, value in metric.values(client.stats()):
                yield Observation(value, {CLIENT: name} if label is None else {CLIENT: name, "error.type": label})

    return observe
