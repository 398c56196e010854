"""Metrics about the delivery, as OpenTelemetry and Prometheus read them from a real client."""

from __future__ import annotations

import gc
import os
import re
import signal
import subprocess
import sys
import urllib.error
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Gauge, generate_latest
from prometheus_client.registry import Collector as Collecting

from coobird import AsyncCoomon, Coomon, Stats
from coobird._delivery.error_log import REASONS
from coobird.errors import ConfigurationError
from coobird.integrations._metrics.table import DROP_REASONS, METRICS, Kind
from tests.support import ROOT
from tests.support.ingest import KEY, Ingest, problem, refused_port, track, wait_until
from tests.support.integrations.metrics import OpenTelemetry, Prometheus, named, parsed
from tests.support.loopback import LoopbackServer
from tests.support.ports import free_port
from tests.support.programs import Programs
from tests.support.web import get, when_up


@pytest.fixture(params=[OpenTelemetry, Prometheus])
def library(request: pytest.FixtureRequest) -> Iterator[Any]:
    made = request.param()
    yield made
    made.close()


@pytest.fixture
def client(server: LoopbackServer, quick_retries: None) -> Iterator[Coomon]:
    with Coomon(KEY, host=server.url, flush_interval=0, on_error=lambda _: None) as made:
        yield made


class Fixed:
    """A client with given stats."""

    track_task = current_run = report = print

    def __init__(self, stats: Stats) -> None:
        self._stats = stats

    def stats(self) -> Stats:
        return self._stats


FULL = Stats(
    tracked=21,
    delivered=1,
    queued=2,
    in_flight=3,
    dropped=4,
    rejected=11,
    dropped_by_reason={"queue_full": 4},
    rejected_by_reason={"invalid": 5, "refused": 6},
    queue_capacity=7,
    oldest_event_seconds=8.5,
    retried=9,
    sent_bytes=10,
    last_success_at=1e9,
    last_error_at=2e9,
    last_error_type="APITimeoutError",
    last_error="No answer.",
    is_key_refused=True,
    spool_bytes=12,
    spool_max_bytes=13,
)


def test_each_fact_has_its_metric(library: Any) -> None:
    fixed = Fixed(FULL)
    library.export(fixed)
    assert named(library.values()) == {
        "queue_events": 2,
        "queue_capacity_events": 7,
        "oldest_event_age_seconds": 8.5,
        "in_flight_events": 3,
        "delivered_events": 1,
        "retried_events": 9,
        **{f"dropped_events/{reason}": 0 for reason in DROP_REASONS},
        "dropped_events/queue_full": 4,
        "rejected_events/invalid": 5,
        "rejected_events/refused": 6,
        "sent_bytes": 10,
        "last_success_timestamp_seconds": 1e9,
        "last_error_timestamp_seconds/APITimeoutError": 2e9,
        "key_refused": 1,
        "spool_bytes": 12,
        "spool_max_bytes": 13,
    }


def test_a_fact_that_is_not_known_has_no_value(library: Any) -> None:
    fixed = Fixed(Stats(0, 0, 0, 0, 0, 0, {}, {}))
    library.export(fixed)
    found = set(named(library.values()))
    assert not found & {"queue_capacity_events", "last_success_timestamp_seconds", "spool_bytes", "spool_max_bytes"}
    assert not [name for name in found if name.startswith("last_error")]


def test_no_fact_is_left_out(library: Any) -> None:
    """Each field of `Stats` changes a value, except sums and the text of the last error."""
    current = Fixed(FULL)
    library.export(current)
    before = library.values()
    for field in set(Stats._fields) - {"tracked", "dropped", "rejected", "last_error"}:
        value = getattr(FULL, field)
        other: Any = {"other": 99} if isinstance(value, dict) else "Other" if isinstance(value, str) else 0
        current._stats = FULL._replace(**{field: other})
        assert library.values() != before, field


def test_each_reason_of_a_loss_is_there_before_the_first_one() -> None:
    assert set(DROP_REASONS) >= set(REASONS)


def test_a_reason_that_is_new_is_exported_too(library: Any) -> None:
    fixed = Fixed(FULL._replace(dropped_by_reason={"a_new_one": 3}))
    library.export(fixed)
    assert named(library.values())["dropped_events/a_new_one"] == 3


def test_the_values_are_those_of_the_client(library: Any, client: Coomon, ingest: Ingest) -> None:
    library.export(client)
    ingest.next(problem(503))
    track(client, 3)
    client.track_task(customer_id="", agent_id="a")
    client.flush()
    found, stats = named(library.values()), client.stats()
    assert (found["delivered_events"], found["retried_events"], found["rejected_events/invalid"]) == (3, 3, 1)
    assert found["sent_bytes"] == stats.sent_bytes > 0
    assert found["last_success_timestamp_seconds"] == stats.last_success_at
    assert found["last_error_timestamp_seconds/InternalServerError"] == stats.last_error_at
    assert found["queue_capacity_events"] == 1000
    assert found["key_refused"] == 0


def test_clients_are_distinguished_by_name(library: Any) -> None:
    one, two = Fixed(FULL), Fixed(FULL._replace(queued=77))
    library.export(one, name="one")
    library.export(two, name="two")
    assert named(library.values(), "one")["queue_events"] == 2
    assert named(library.values(), "two")["queue_events"] == 77


def test_two_clients_cannot_have_one_name_and_one_may_be_exported_twice(library: Any) -> None:
    one, two = Fixed(FULL), Fixed(FULL)
    library.export(one)
    library.export(one)
    with pytest.raises(ConfigurationError, match='name="default-2"'):
        library.export(two)
    assert named(library.values())["queue_events"] == 2


def test_metrics_keep_no_client_alive_and_its_name_is_free_again(library: Any) -> None:
    one = Fixed(FULL)
    library.export(one)
    del one
    gc.collect()
    assert named(library.values()) == {}
    two = Fixed(FULL)
    library.export(two)
    assert named(library.values())["queue_events"] == 2


@pytest.mark.parametrize("flavour", [Coomon, AsyncCoomon])
def test_both_clients_can_be_exported(library: Any, flavour: Callable[..., Any]) -> None:
    client = flavour(KEY, host="http://localhost")
    library.export(client)
    assert named(library.values())["delivered_events"] == 0


@pytest.mark.parametrize("wrong", [None, "coomon", Coomon])
def test_what_is_no_client_is_refused(library: Any, wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="must be a Coomon or an AsyncCoomon"):
        library.export(wrong)


@pytest.mark.parametrize("name", ["", None, 1])
def test_a_name_that_tells_nothing_apart_is_refused(library: Any, name: Any) -> None:
    with pytest.raises(ConfigurationError, match="name must be a text"):
        library.export(Fixed(FULL), name=name)


def test_a_forked_child_exports_its_own_counts(library: Any, client: Coomon) -> None:
    library.export(client)
    track(client, 3)
    client.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, repr(named(library.values())["delivered_events"]).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        assert float(stream.read()) == 0
    assert named(library.values())["delivered_events"] == 3


def test_names_and_units_follow_the_rules_of_both_worlds() -> None:
    for metric in METRICS:
        assert re.fullmatch(r"coobird(_[a-z]+)+", metric.prometheus)
        assert re.fullmatch(r"coobird(\.[a-z_]+)+", metric.opentelemetry)
        if metric.unit in ("s", "By"):
            assert metric.prometheus.endswith({"s": "_seconds", "By": "_bytes"}[metric.unit])
        assert not metric.prometheus.endswith("_total")
        assert metric.help.endswith(".")
    assert len({metric.prometheus for metric in METRICS}) == len(METRICS)
    assert len({metric.opentelemetry for metric in METRICS}) == len(METRICS)


def test_a_conflict_with_a_metric_of_the_program_is_an_error_and_changes_nothing() -> None:
    library = Prometheus()
    theirs: Collecting = Gauge("coobird_queue_events", "Theirs.", registry=library.registry)
    fixed = Fixed(FULL)
    with pytest.raises(ValueError, match="coobird_queue_events"):
        library.export(fixed)
    library.registry.unregister(theirs)
    library.export(fixed)
    assert named(library.values())["queue_events"] == 2


def test_counters_are_counters_and_gauges_are_gauges() -> None:
    library = Prometheus()
    fixed = Fixed(FULL)
    library.export(fixed)
    text = generate_latest(library.registry).decode()
    for metric in METRICS:
        name, kind = (
            (f"{metric.prometheus}_total", "counter") if metric.kind is Kind.COUNTER else (metric.prometheus, "gauge")
        )
        assert f"# TYPE {name} {kind}\n" in text


def test_the_document_lists_every_metric_and_alerts_on_metrics_that_exist() -> None:
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(coobird_\w+)` \| `(coobird\.[\w.]+)` \|", text, re.MULTILINE)
    names = {metric.prometheus + ("_total" if metric.kind is Kind.COUNTER else ""): metric for metric in METRICS}
    assert rows == [(name, metric.opentelemetry) for name, metric in names.items()]
    (rules,) = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    alerts = yaml.safe_load(rules)["groups"][0]["rules"]
    assert {alert["labels"]["severity"] for alert in alerts} == {"page", "ticket"}
    for alert in alerts:
        used = set(re.findall(r"coobird_\w+", alert["expr"]))
        assert used
        assert used <= set(names)


def run(program: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "COOBIRD_API_KEY": KEY, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_global_provider_that_is_set_later_gets_the_metrics() -> None:
    printed = run("""
from coobird import Coomon
from coobird.integrations.metrics import export_to_opentelemetry
coomon, other = Coomon(host="http://localhost"), Coomon(host="http://localhost")
export_to_opentelemetry(coomon)
from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
reader = InMemoryMetricReader()
metrics.set_meter_provider(MeterProvider([reader]))
export_to_opentelemetry(other, name="other")
for metric in reader.get_metrics_data().resource_metrics[0].scope_metrics[0].metrics:
    print(metric.name, sorted({point.attributes["coobird.client.name"] for point in metric.data.data_points}))
""")
    assert "coobird.processor.event.queue.size ['default', 'other']" in printed
    assert len(printed.splitlines()) == len(set(printed.splitlines()))


@pytest.mark.parametrize(
    ("package", "function", "extra"),
    [
        ("prometheus_client", "export_to_prometheus", "prometheus"),
        ("opentelemetry.metrics", "export_to_opentelemetry", "otel"),
    ],
)
def test_a_package_that_is_missing_is_named_with_its_extra(package: str, function: str, extra: str) -> None:
    printed = run(f"""
import sys
sys.modules[{package!r}] = None
from coobird import Coomon
from coobird.integrations import metrics
try:
    metrics.{function}(Coomon(host="http://localhost"))
except ImportError as error:
    print(error)
""")
    assert f"pip install 'coobird[{extra}]'" in printed


def test_opentelemetry_needs_no_sdk_and_prometheus_no_opentelemetry() -> None:
    assert run("""
import sys
sys.modules["opentelemetry.sdk"] = sys.modules["prometheus_client"] = None
from coobird import Coomon
from coobird.integrations.metrics import export_to_opentelemetry
export_to_opentelemetry(Coomon(host="http://localhost"))
print("done")
""") == "done\n"  # fmt: skip
    assert run("""
import sys
sys.modules["opentelemetry"] = None
from coobird import Coomon
from coobird.integrations.metrics import export_to_prometheus
export_to_prometheus(Coomon(host="http://localhost"))
print("done")
""") == "done\n"  # fmt: skip


# -------------------------------------------------------------------- several processes, one scrape

SERVICE = """
import os
import struct
from coobird import Coomon
from coobird.integrations.metrics import export_to_prometheus
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

coomon = Coomon("sk_test_0123456789abcdef", host=os.environ["COOBIRD_TEST_URL"], flush_at=1)
export_to_prometheus(coomon)

def application(environ, start_response):
    if environ["PATH_INFO"] == "/metrics":
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        try:
            content = generate_latest(registry)
        except struct.error as error:
            # prometheus_client cannot read the file that a starting worker has just made.
            start_response("503 Service Unavailable", [("Connection", "close")])
            return [str(error).encode()]
    else:
        coomon.track_task(customer_id="cust_1", agent_id="agent_1")
        content = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Connection", "close")])
    return [content]
"""


@pytest.mark.parametrize("preload", [False, True], ids=["", "preload"])
def test_a_scrape_of_one_worker_of_gunicorn_sees_the_events_of_all(
    preload: bool, programs: Programs, ingest: Ingest, tmp_path: Path
) -> None:
    programs.write(SERVICE, "service.py")
    folder = tmp_path / "multiprocess"
    folder.mkdir()
    port = free_port()
    command = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "3", "--log-level", "error"]
    options = ["--preload"] if preload else []
    with programs.start(
        *command, *options, "service:application", env={"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    ) as process:
        when_up(lambda: get(port, "/metrics"))
        served: set[str] = set()
        requests = 0

        def two_workers_served() -> bool:
            nonlocal requests
            served.add(get(port, "/"))
            requests += 1
            return len(served) > 1 and requests >= 20

        wait_until(two_workers_served, "two workers have served")

        values: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}

        def all_shown() -> bool:
            values.clear()
            try:
                values.update(parsed(get(port, "/metrics")))
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    raise
                return False
            return values.get(("coobird_delivered_events", frozenset({("client", "default")}))) == requests

        wait_until(all_shown, "the scrape shows the events of all workers")

        def of_each_process(name: str) -> list[float]:
            return [value for (found, labels), value in values.items() if found == name and "pid" in dict(labels)]

        assert set(of_each_process("coobird_queue_events")) == {0}
        assert set(of_each_process("coobird_queue_capacity_events")) == {1000}
        assert len(of_each_process("coobird_queue_capacity_events")) >= 2
        (succeeded_at,) = [value for (name, _), value in values.items() if name.startswith("coobird_last_success")]
        assert succeeded_at > 1e9
        process.send_signal(signal.SIGTERM)
        process.wait(60)


PROGRAM = """
import gc, multiprocessing, os, shutil, signal, time
from coobird import Coomon, flush_on_signals
from coobird.integrations._metrics import prometheus
from coobird.integrations.metrics import export_to_prometheus
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

def new_client(**options):
    url = os.environ["COOBIRD_TEST_URL"]
    client = Coomon("sk_test_0123456789abcdef", **{"host": url, "flush_interval": 0, **options})
    export_to_prometheus(client)
    return client

def work(client):
    for _ in range(5):
        client.track_task(customer_id="cust_1", agent_id="agent_1")

def shown(name, **labels):
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    samples = [sample for family in registry.collect() for sample in family.samples if sample.name == name]
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())

def wait_until(condition):
    deadline = time.monotonic() + 40
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
"""


def run_multiprocess(programs: Programs, tmp_path: Path, source: str, *, code: int = 0) -> str:
    """Run a program in multiprocess mode, and then another one that prints what a scrape shows."""
    folder = tmp_path / "multiprocess"
    folder.mkdir(exist_ok=True)
    env = {"PROMETHEUS_MULTIPROC_DIR": str(folder), "COOBIRD_TESTING": "1"}
    return programs.run(PROGRAM + source, code=code, quiet=False, env=env).stdout


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("work(client)", 0),
        ("work(client); flush_on_signals(); signal.raise_signal(signal.SIGTERM)", -signal.SIGTERM),
        ("child = multiprocessing.Process(target=work, args=(client,)); child.start(); child.join()", 0),
    ],
    ids=["exit", "signal", "multiprocessing"],
)
def test_what_the_end_of_a_process_delivers_is_in_the_metrics_that_remain(
    ending: str, code: int, programs: Programs, tmp_path: Path
) -> None:
    run_multiprocess(programs, tmp_path, f"client = new_client()\n{ending}\n", code=code)
    source = "print(shown('coobird_delivered_events_total'), shown('coobird_queue_events'))\n"
    assert run_multiprocess(programs, tmp_path, source) == "5.0 0.0\n"


def test_what_the_end_of_a_process_drops_is_in_the_metrics_that_remain(programs: Programs, tmp_path: Path) -> None:
    with refused_port() as port:
        run_multiprocess(programs, tmp_path, f"work(client := new_client(host='http://127.0.0.1:{port}'))\n")
    source = "print(shown('coobird_dropped_events_total', reason='shutdown'))\n"
    assert run_multiprocess(programs, tmp_path, source) == "5.0\n"


def test_a_client_that_replaces_another_one_adds_to_its_counts(programs: Programs, tmp_path: Path) -> None:
    source = """
prometheus.PUBLISH_SECONDS = 0.2
for number in range(1, 4):
    client = new_client()
    work(client)
    client.flush()
    wait_until(lambda: shown("coobird_delivered_events_total") >= 5 * number)
    del client
    gc.collect()
"""
    run_multiprocess(programs, tmp_path, source)
    assert run_multiprocess(programs, tmp_path, "print(shown('coobird_delivered_events_total'))\n") == "15.0\n"


def test_a_failure_to_write_is_reported_once_and_the_next_write_goes_on(programs: Programs, tmp_path: Path) -> None:
    source = """
prometheus.PUBLISH_SECONDS = 0.05
errors = []
real, calls = prometheus.Publisher._write, 0

def write(*arguments):
    global calls
    calls += 1
    if 20 < calls < 40:
        raise OSError(28, "No space left on device")
    real(*arguments)

prometheus.Publisher._write = write
client = new_client(on_error=errors.append)
work(client)
client.flush()
wait_until(lambda: errors and shown("coobird_delivered_events_total") == 5)
print(*errors, sep=chr(10))
"""
    (line,) = run_multiprocess(programs, tmp_path, source).splitlines()
    assert line.startswith("Metrics could not be written (OSError: [Errno 28] No space left on device). Check")
