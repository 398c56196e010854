"""Metrics for `prometheus_client`: a collector, or values in the files of its multiprocess mode."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from coobird import after_last_delivery
from coobird.errors import CoobirdError
from coobird.integrations._checks import needs_extra
from coobird.integrations._metrics.clients import Clients
from coobird.integrations._metrics.table import METRICS, Kind

with needs_extra("prometheus"):
    from prometheus_client import REGISTRY, Counter, Gauge
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

if TYPE_CHECKING:
    from typing import Literal

    from prometheus_client import CollectorRegistry

    from coobird.integrations._metrics.clients import Client
    from coobird.integrations._metrics.table import Metric

PUBLISH_SECONDS = 5.0
"""Time between two writes of the values in multiprocess mode. Prometheus asks every 15 seconds or
less often."""

LAST_WRITE_SECONDS = 0.5
"""Longest wait for the last write at the end of a process, which may have little time left."""

CLIENT = "client"
"""Label of each value: name of the client."""

# A second collector with the same names would be a conflict. `importlib.reload` runs this module
# again in the same namespace, where nothing may be forgotten.
_exported: WeakKeyDictionary[CollectorRegistry, Exporter] = globals().get("_exported", WeakKeyDictionary())


def export(client: Client, name: str, registry: CollectorRegistry | None) -> None:
    """Export the metrics of a client, with the collector that the registry has already, if any."""
    registry = registry or REGISTRY
    exporter = _exported.get(registry)
    clients = Clients() if exporter is None else exporter.clients
    clients.add(name, client)
    if exporter is None:
        exporter = Publisher(clients) if is_multiprocess() else Collector(clients)
        exporter.begin(registry)
        _exported[registry] = exporter
    exporter.resume()


def is_multiprocess() -> bool:
    """True if `prometheus_client` keeps values in files, which a server with several processes
    shares.
    """
    return "PROMETHEUS_MULTIPROC_DIR" in os.environ or "prometheus_multiproc_dir" in os.environ


def _labels(metric: Metric) -> list[str]:
    return [CLIENT, metric.label] if metric.label else [CLIENT]


class Collector:
    """Collector of one registry. It reads `stats()` once for each client when it is asked."""

    def __init__(self, clients: Clients) -> None:
        self.clients = clients

    def begin(self, registry: CollectorRegistry) -> None:
        """Add this collector to the registry."""
        registry.register(self)

    def resume(self) -> None:
        """Do nothing: there is no thread that a fork could have ended."""

    def describe(self) -> list[CounterMetricFamily | GaugeMetricFamily]:
        """Return the metrics without values, so that a registry finds conflicts of names."""
        families = {Kind.COUNTER: CounterMetricFamily}
        return [
            families.get(metric.kind, GaugeMetricFamily)(metric.prometheus, metric.help, labels=_labels(metric))
            for metric in METRICS
        ]

    def collect(self) -> list[CounterMetricFamily | GaugeMetricFamily]:
        """Return the metrics of all clients that exist."""
        families = self.describe()
        for name, client in self.clients.existing():
            stats = client.stats()
            for metric, family in zip(METRICS, families, strict=True):
                for label, value in metric.values(stats):
                    family.add_metric([name] if label is None else [name, label], value)
        return families


class Publisher:
    """Writes the values of this process now and then, into files that all processes can read.

    In multiprocess mode a scrape reaches any one of the processes, which reads the files of all.
    Each process writes its own, from a thread of its own, also after a fork.
    """

    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}
        self._thread_pid = 0
        self._is_paused = False
        self._begin_process()

    def _begin_process(self) -> None:
        self._lock = threading.Lock()
        self._is_failing = False
        # By client: another one of the same name begins at 0 again.
        self._written: WeakKeyDictionary[Client, dict[tuple[str, ...], float]] = WeakKeyDictionary()

    def begin(self, registry: CollectorRegistry) -> None:
        """Make the metrics, and write a last time when the process ends."""
        for metric in METRICS:
            name, text, labels = metric.prometheus, metric.help, _labels(metric)
            if metric.kind is Kind.COUNTER:
                self._counters[name] = Counter(name, text, labels, registry=registry)
            else:
                # A queue by process: in a sum, the full queue of one of them would not be noticed.
                mode: Literal["liveall", "livemax"] = "liveall" if metric.kind is Kind.AMOUNT else "livemax"
                self._gauges[name] = Gauge(name, text, labels, registry=registry, multiprocess_mode=mode)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=self._pause_for_fork, after_in_parent=self._resume_after_fork, after_in_child=self.resume
            )
        after_last_delivery(self._publish_last)

    def resume(self) -> None:
        """Start the thread of this process. Counts begin at 0 in the child of a fork."""
        if self._thread_pid == os.getpid():
            return
        if self._thread_pid:
            self._begin_process()
        self._thread_pid = os.getpid()
        try:
            threading.Thread(target=self._run, name="coobird-metrics", daemon=True).start()
        except RuntimeError:
            pass  # no thread can start: the process is ending, and writes its values at the end

    def _pause_for_fork(self) -> None:
        # The library writes under a lock of its own, which a child would inherit locked. Not for
        # ever: `stats()` may wait for a spool, which another hook has paused.
        self._is_paused = self._lock.acquire(timeout=1)

    def _resume_after_fork(self) -> None:
        if self._is_paused:
            self._lock.release()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self._publish()
            pause.wait(PUBLISH_SECONDS)

    def _publish_last(self) -> None:
        """Write the values once more, in a thread of its own, and wait for that for a moment.

        Not in this one: a signal may have interrupted it in the library, which then holds its lock.
        """
        is_done = threading.Lock()
        is_done.acquire()

        def publish() -> None:
            self._publish()
            is_done.release()

        try:
            threading.Thread(target=publish, name="coobird-metrics", daemon=True).start()
        except RuntimeError:
            self._publish()  # Python 3.12 and newer start no thread at exit, where nothing is interrupted
        else:
            is_done.acquire(timeout=LAST_WRITE_SECONDS)

    def _publish(self) -> None:
        """Write the values of all clients that exist. Reports the first failure in a row."""
        if not self._lock.acquire(timeout=LAST_WRITE_SECONDS):
            return  # another thread is writing
        failure: Exception | None = None
        try:
            for name, client in self.clients.existing():
                stats, written = client.stats(), self._written.setdefault(client, {})
                for metric in METRICS:
                    for label, value in metric.values(stats):
                        self._write(metric, (name,) if label is None else (name, label), value, written)
        except Exception as error:  # noqa: BLE001 - the disk is full, or the folder was removed
            failure = error
        finally:
            self._lock.release()
        if failure is not None and not self._is_failing:
            self._report(failure)
        self._is_failing = failure is not None

    def _report(self, error: Exception) -> None:
        for _, client in self.clients.existing():
            client.report(
                CoobirdError(
                    f"Metrics could not be written ({type(error).__name__}: {error}). Check the folder of "
                    "PROMETHEUS_MULTIPROC_DIR. Delivery goes on."
                )
            )

    def _write(
        self, metric: Metric, labels: tuple[str, ...], value: float, written: dict[tuple[str, ...], float]
    ) -> None:
        if metric.kind is not Kind.COUNTER:
            self._gauges[metric.prometheus].labels(*labels).set(value)
            return
        key = (metric.prometheus, *labels)
        self._counters[metric.prometheus].labels(*labels).inc(value - written.get(key, 0))
        written[key] = value


if TYPE_CHECKING:
    Exporter = Collector | Publisher
