"""Exports metrics about the delivery of events, to OpenTelemetry or Prometheus.

    from coobird.integrations.metrics import export_to_opentelemetry, export_to_prometheus

    export_to_opentelemetry(coomon)    # observable instruments             coobird[otel]
    export_to_prometheus(coomon)       # a collector of prometheus_client   coobird[prometheus]

Each metric is a fact of `coomon.stats()`, read when the library asks for it. Nothing is added to
`track`. Several clients may be exported, each with a name of its own. A client that no longer
exists has no metrics; they do not keep it alive. In the child of a fork all counts begin at 0, as
those of the client do.

Names, meaning and examples of alerts: docs/metrics.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from prometheus_client import CollectorRegistry

    from coobird import AsyncCoomon, Coomon

__all__ = ("export_to_opentelemetry", "export_to_prometheus")


def export_to_opentelemetry(
    coomon: Coomon | AsyncCoomon, *, name: str = "default", meter_provider: MeterProvider | None = None
) -> None:
    """Export the metrics of a client as observable instruments of OpenTelemetry.

    Needs only OpenTelemetry's API (part of the extra `otel`). Without an SDK nothing is exported.

    Args:
        coomon: The client. It is held weakly.
        name: Attribute `coobird.client.name` of its values, which tells clients apart.
        meter_provider: Your provider. The global one if left out, also if it is set later.

    Raises:
        ConfigurationError: `coomon` is no client, or another client has this name already.
    """
    from coobird.integrations._metrics import opentelemetry

    opentelemetry.export(coomon, name, meter_provider)


def export_to_prometheus(
    coomon: Coomon | AsyncCoomon, *, name: str = "default", registry: CollectorRegistry | None = None
) -> None:
    """Export the metrics of a client with `prometheus_client` (extra `prometheus`).

    With `PROMETHEUS_MULTIPROC_DIR`, as servers with several processes need it, a thread of each
    process writes the values of its clients every 5 seconds. Without it they are read when
    Prometheus asks. Call this once in either case: before a fork or after it, in each process that
    makes a client.

    Args:
        coomon: The client. It is held weakly.
        name: Label `client` of its values, which tells clients apart.
        registry: Your registry. The default registry of `prometheus_client` if left out.

    Raises:
        ConfigurationError: `coomon` is no client, or another client has this name already.
    """
    from coobird.integrations._metrics import prometheus

    prometheus.export(coomon, name, registry)
