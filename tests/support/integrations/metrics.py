"""Metrics of a client as OpenTelemetry and Prometheus have them, under the same names."""

from __future__ import annotations

from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from coobird.integrations._metrics.table import METRICS
from coobird.integrations.metrics import export_to_opentelemetry, export_to_prometheus

Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


class OpenTelemetry:
    """A provider of its own, and the values that a reader sees of it."""

    def __init__(self) -> None:
        self.reader = InMemoryMetricReader()
        self.provider = MeterProvider([self.reader])

    def export(self, client: Any, **options: Any) -> None:
        export_to_opentelemetry(client, meter_provider=self.provider, **options)

    def values(self) -> Values:
        """All values, under the names that Prometheus has for them."""
        data = self.reader.get_metrics_data()
        names = {metric.opentelemetry: metric for metric in METRICS}
        found: Values = {}
        for metric in (
            [] if data is None else data.resource_metrics[0].scope_metrics[0].metrics if data.resource_metrics else []
        ):
            ours = names[metric.name]
            for point in metric.data.data_points:
                attributes = dict(point.attributes)
                labels = {"client": attributes.pop("coobird.client.name")}
                if "error.type" in attributes:
                    labels[ours.label] = attributes.pop("error.type")
                assert not attributes
                found[ours.prometheus, frozenset(labels.items())] = point.value
        return found

    def close(self) -> None:
        self.provider.shutdown()


class Prometheus:
    """A registry of its own, and the values that a scrape sees of it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()

    def export(self, client: Any, **options: Any) -> None:
        export_to_prometheus(client, registry=self.registry, **options)

    def values(self) -> Values:
        return parsed(generate_latest(self.registry).decode())

    def close(self) -> None: ...


def parsed(text: str) -> Values:
    return {
        (sample.name.removesuffix("_total"), frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("coobird_")
    }


def named(values: Values, client: str = "default") -> dict[str, float]:
    """Values of a client, by the name and the label's value."""
    found = {}
    for (name, labels), value in values.items():
        rest = dict(labels)
        if rest.pop("client") == client:
            found["/".join([name.removeprefix("coobird_"), *rest.values()])] = value
    return found
