"""Metrics of clients that publish, and of a relay, as OpenTelemetry and Prometheus see them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from coobird import Coomon, set_testing
from coobird._delivery.relay.facts import METRICS
from tests.support.fleet.broker import Broker
from tests.support.fleet.relay import RelayProcess
from tests.support.ingest import Ingest, problem, track, wait_until
from tests.support.integrations.metrics import OpenTelemetry, Prometheus, named
from tests.support.loopback import Answer, LoopbackServer, Request
from tests.support.ports import free_port


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("COOBIRD_API_KEY", "COOBIRD_TRANSPORT"):
        monkeypatch.delenv(name, raising=False)
    with set_testing():
        yield


@pytest.fixture(params=[OpenTelemetry, Prometheus])
def library(request: pytest.FixtureRequest) -> Iterator[Any]:
    made = request.param()
    yield made
    made.close()


def test_delivered_means_acknowledged_by_the_engine_and_an_outage_is_seen(place, library):
    with Coomon(
        transport=place.url, flush_interval=0, request_timeout=4, max_queue_size=500, on_error=lambda _: None
    ) as client:
        library.export(client)
        track(client, 40)
        client.track_task(customer_id="", agent_id="a")
        client.flush(20)
        found = named(library.values())
        assert (found["delivered_events"], found["queue_events"], found["in_flight_events"]) == (40, 0, 0)
        assert (found["rejected_events/invalid"], found["rejected_events/refused"]) == (1, 0)
        assert (found["retried_events"], found["key_refused"], found["queue_capacity_events"]) == (0, 0, 500)
        assert found["sent_bytes"] == sum(map(len, place.read())) > 0
        assert found["oldest_event_age_seconds"] == 0
        first_success = found["last_success_timestamp_seconds"]
        assert not [name for name in found if name.startswith("last_error")]

        place.pause()
        track(client, 30, first=100)
        client.flush(0.05)
        wait_until(lambda: named(library.values())["retried_events"] >= 30, "another try")
        found = named(library.values())
        assert (found["delivered_events"], found["queue_events"] + found["in_flight_events"]) == (40, 30)
        assert found["oldest_event_age_seconds"] > 0
        assert found["last_success_timestamp_seconds"] == first_success
        assert found["last_error_timestamp_seconds/TransportError"] >= first_success

        place.resume()
        wait_until(lambda: client.flush(0.5) is None or client.stats().queued == 0, "delivery")
        client.flush(20)
        found = named(library.values())
        assert (found["delivered_events"], found["queue_events"], found["in_flight_events"]) == (70, 0, 0)
        assert found["last_success_timestamp_seconds"] > first_success
        assert sum(value for name, value in found.items() if name.startswith("dropped")) == 0


def test_an_event_that_the_broker_refuses_counts_as_refused(broker: Broker, library):
    topic = broker.make_topic(f"refusing_{library.__class__.__name__}")
    url = f"kafka://{broker.address}/{topic}?message.max.bytes=2000"
    with Coomon(transport=url, on_error=lambda _: None) as client:
        library.export(client)
        client.track_task(customer_id="c", agent_id="a", attributes={"text": "x" * 3000})
        track(client, 3)
        client.flush(20)
        found = named(library.values())
    assert (found["delivered_events"], found["rejected_events/refused"]) == (3, 1)


@pytest.mark.parametrize("scheme", ["kafka", "postgres"])
def test_events_that_a_full_queue_drops_in_an_outage_are_counted_by_reason(scheme, library):
    port = free_port()
    url = {"kafka": f"kafka://127.0.0.1:{port}/t", "postgres": f"postgres://u@127.0.0.1:{port}/db/t"}[scheme]
    client = Coomon(transport=url, max_queue_size=20, max_retries=0, on_error=lambda _: None)
    library.export(client)
    track(client, 400)
    wait_until(lambda: client.stats().dropped, "a full queue")
    client.shutdown(timeout=0.1)
    found, stats = named(library.values()), client.stats()
    assert found["dropped_events/queue_full"] == stats.dropped_by_reason["queue_full"] > 0
    assert sum(value for name, value in found.items() if name.startswith("dropped")) == stats.dropped == 400
    assert found["delivered_events"] == 0


class Collector:
    """Receives what is pushed by OTLP: the last value of each metric, by name and error."""

    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self.units: dict[str, str] = {}
        self.arrived = threading.Event()

    def __call__(self, request: Request) -> Answer:
        assert request.path == "/v1/metrics"
        pushed = ExportMetricsServiceRequest.FromString(request.body)
        for metric in pushed.resource_metrics[0].scope_metrics[0].metrics:
            self.units[metric.name] = metric.unit
            for point in (metric.sum if metric.HasField("sum") else metric.gauge).data_points:
                name = "/".join([metric.name, *(each.value.string_value for each in point.attributes)])
                self.values[name] = point.as_int if point.HasField("as_int") else point.as_double
        self.arrived.set()
        return Answer(200, b"", {"Content-Type": "application/x-protobuf"})


def test_a_relay_pushes_by_otlp_what_it_serves_for_prometheus(place):
    ingest, collector = Ingest(), Collector()
    ingest.next(problem(503))
    ingest.reject = lambda event: "no such agent" if event["event_id"] == "event-7" else None
    with LoopbackServer(ingest) as api, LoopbackServer(collector) as collecting:
        with Coomon(transport=place.url) as client:
            track(client, 30)
        env = {"OTEL_EXPORTER_OTLP_ENDPOINT": collecting.url, "OTEL_METRIC_EXPORT_INTERVAL": "200"}
        relay = RelayProcess(place.url, api.url, "--otlp", env=env)
        try:
            wait_until(lambda: "coobird_relay_waiting_events 0" in relay.get("/metrics"), "nothing to wait")
            wait_until(lambda: relay.lines("dead"), "the dead letter")
            scraped = relay.get("/metrics")
            relay.stop()
        finally:
            relay.close()
    found = {name.removeprefix("coobird.relay."): value for name, value in collector.values.items()}
    assert (found["accepted"], found["duplicates"], found["dead_letters"]) == (29, 0, 1)
    assert (found["failed_requests/503"], found["held"], found["outage"], found["problems"]) == (1, 0, 0, 0)
    assert (found["waiting"], found["oldest_age"]) == (0, 0)
    assert found["success.time"] > 1.7e9
    assert {f"coobird.relay.{metric.opentelemetry}" for metric in METRICS} == set(collector.units)
    lines = dict(line.rsplit(" ", 1) for line in scraped.splitlines() if not line.startswith("#"))
    assert float(lines["coobird_relay_accepted_total"]) == found["accepted"]


def test_a_relay_ends_although_nobody_collects(broker: Broker):
    topic = broker.make_topic("uncollected")
    env = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{free_port()}"}
    relay = RelayProcess(f"kafka://{broker.address}/{topic}", "http://127.0.0.1:1", "--otlp", env=env)
    try:
        relay.wait_for("started")
        relay.stop()
    finally:
        relay.close()
