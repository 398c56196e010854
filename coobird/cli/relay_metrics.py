"""Facts of a relay as metrics of OpenTelemetry, pushed by OTLP over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coobird import __version__
from coobird._delivery.relay.facts import METRICS
from coobird.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from opentelemetry.metrics import CallbackOptions, MeterProvider, Observation

    from coobird._delivery.relay.facts import Facts, Metric


_END_MILLISECONDS = 5_000
"""Longest wait at the end: a container is killed soon after it was told to end."""


def push_facts(facts: Callable[[], Facts]) -> Callable[[], None]:
    """Push the facts every minute. Returns a call that pushes them a last time, and ends it.

    Address, headers, interval and resource are those of OpenTelemetry's own environment variables,
    such as `OTEL_EXPORTER_OTLP_ENDPOINT`.

    Raises:
        ConfigurationError: A package is missing.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    except ImportError:
        raise ConfigurationError('--otlp needs packages: pip install "coobird[otlp]".') from None
    provider = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())])
    observe_facts(provider, facts)

    def end() -> None:
        provider.shutdown(_END_MILLISECONDS)

    return end


def observe_facts(provider: MeterProvider, facts: Callable[[], Facts]) -> None:
    """Make an observable instrument of each metric."""
    meter = provider.get_meter("coobird.relay", __version__)
    for metric in METRICS:
        make = meter.create_observable_counter if metric.is_counter else meter.create_observable_gauge
        name = f"coobird.relay.{metric.opentelemetry}"
        make(name, [_callback(metric, facts)], unit=metric.unit, description=metric.help)


def _callback(metric: Metric, facts: Callable[[], Facts]) -> Callable[[CallbackOptions], Iterable[Observation]]:
    from opentelemetry.metrics import Observation

    def observe(_: CallbackOptions) -> Iterable[Observation]:
        for status, value in metric.values(facts()):
            yield Observation(value, {"error.type": status} if status else {})

    return observe
