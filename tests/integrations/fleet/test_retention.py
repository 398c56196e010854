"""Retention of a topic against the age of what waits in it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigEntry

from coobird import Coomon
from coobird._delivery.relay.kafka_source import KafkaSource, check_topics
from coobird._settings.transport import KafkaPlace, read_place
from coobird.cli import doctor
from tests.support.fleet.broker import Broker
from tests.support.fleet.relay import with_quick_group
from tests.support.ingest import track, wait_until


def test_an_event_that_waits_for_half_of_the_retention_is_reported_once(broker: Broker):
    topic = broker.make_topic("retained")
    url = f"kafka://{broker.address}/{topic}"
    with Coomon(transport=url) as client:
        track(client, 3)
    place = read_place(with_quick_group(url))
    assert isinstance(place, KafkaPlace)
    problems: list[str] = []
    source = KafkaSource(place, problems.append, config={"retention.ms": "1000"})
    try:
        wait_until(lambda: problems, "a report")
        wait_until(lambda: source.backlog().oldest_seconds > 1, "another look")

        def settle_all() -> bool:
            # The broker hands out each partition by itself: the events need not be there at once.
            taken = source.take(10, 0.1)
            source.settle(taken, taken, [])
            return source.backlog().waiting == 0

        wait_until(settle_all, "nothing to wait")
    finally:
        source.close()
    (problem,) = problems
    assert problem.startswith("retained: the oldest event waits")


class MockBroker:
    """The broker inside librdkafka, with a topic `t` of five messages in its first partition.

    It knows the ends of partitions, and refuses offsets that it does not have, as Kafka does. It
    answers no questions about settings.
    """

    def __init__(self, hours_ago: float = 0.0) -> None:
        self._producer = Producer({"test.mock.num.brokers": 1, "log_level": 0})
        (broker,) = self._producer.list_topics(timeout=20).brokers.values()
        sent_at = int((time.time() - hours_ago * 3600) * 1000)
        for number in range(5):
            value = b'{"event_id":"e%d","customer_id":"c"}' % number
            self._producer.produce("t", value, partition=0, timestamp=sent_at)
        assert self._producer.flush(20) == 0
        self.address = f"{broker.host}:{broker.port}"
        self.url = f"kafka://{self.address}/t?group.id=g"

    def commit(self, offset: int) -> None:
        member = Consumer({"bootstrap.servers": self.address, "group.id": "g", "log_level": 0})
        member.commit(offsets=[TopicPartition("t", 0, offset)], asynchronous=False)
        member.close()

    def committed(self) -> int:
        member = Consumer({"bootstrap.servers": self.address, "group.id": "g", "log_level": 0})
        (found,) = member.committed([TopicPartition("t", 0)], timeout=20)
        member.close()
        return int(found.offset)


@pytest.mark.parametrize("committed", [50, 6])
def test_an_offset_that_the_broker_does_not_have_is_reported_once_and_nothing_is_skipped(committed: int):
    broker = MockBroker()
    broker.commit(committed)
    place = read_place(broker.url)
    assert isinstance(place, KafkaPlace)
    problems: list[str] = []
    source = KafkaSource(place, problems.append)
    try:
        taken: list[str] = []

        def read() -> bool:
            found = source.take(10, 0.1)
            taken.extend(message.origin for message in found)
            source.settle(found, found, [])
            return len(taken) >= 5

        wait_until(read, "messages from the start")
        wait_until(lambda: source.backlog().waiting == 0, "nothing to wait")
    finally:
        source.close()
    assert taken == [f"t/0@{number}" for number in range(5)]
    (problem,) = problems
    assert f"offset {committed} was read before" in problem


SETTINGS: dict[str, dict[str, str]] = {}
"""Settings of topics that the broker says."""


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, str]]]:
    """A client of the broker to which it says settings. The brokers of the tests say none."""

    def describe_configs(_: AdminClient, resources: Any, **__: Any) -> Any:
        answers = {}
        for resource in resources:
            answers[resource] = answer = Future()
            if resource.name in SETTINGS:
                answer.set_result({name: ConfigEntry(name, value) for name, value in SETTINGS[resource.name].items()})
            else:
                answer.set_exception(KafkaException(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)))
        return answers

    monkeypatch.setattr(AdminClient, "describe_configs", describe_configs)
    yield SETTINGS
    SETTINGS.clear()


def test_settings_that_the_broker_says_are_judged_and_given_to_the_relay(broker: Broker, answering):
    broker.make_topic("judged")
    broker.make_topic("judged.dead")
    answering["judged"] = {"retention.ms": "3600000", "min.insync.replicas": "2", "retention.bytes": "-1"}
    place = read_place(f"kafka://{broker.address}/judged")
    assert isinstance(place, KafkaPlace)
    problems, config = check_topics(place, "judged.dead")
    assert config["retention.ms"] == "3600000"
    assert [problem.partition(":")[0] for problem in problems] == ["judged", "judged"]
    assert "removed after 1.0 hours" in problems[0]
    assert "no event can be acknowledged" in problems[1]


@pytest.mark.parametrize(("retention_hours", "is_late"), [(5, True), (24 * 7, False)])
def test_doctor_compares_the_retention_with_the_age_of_what_waits(
    answering, monkeypatch: pytest.MonkeyPatch, retention_hours: int, is_late: bool
):
    broker = MockBroker(hours_ago=3)
    broker.commit(2)
    answering["t"] = {"retention.ms": str(retention_hours * 3_600_000)}
    monkeypatch.setenv("COOBIRD_TRANSPORT", broker.url)
    found = list(doctor.transport())
    assert found[0].text.endswith("/t: 3 events waiting")
    late = [each for each in found if "is removed after" in each.text]
    assert bool(late) == is_late
    for each in late:
        assert "waits for 3.0 hours, and is removed after 5.0 hours" in each.text
        assert each.fix.startswith("Raise retention.ms at once")
    assert ["Start a relay" in each.fix for each in found if "3.0 hours" in each.text].count(True) == 1


def test_doctor_counts_from_the_start_without_a_committed_offset_and_commits_none(
    answering, monkeypatch: pytest.MonkeyPatch
):
    broker = MockBroker()
    monkeypatch.setenv("COOBIRD_TRANSPORT", broker.url)
    assert next(doctor.transport()).text.endswith("/t: 5 events waiting")
    assert broker.committed() < 0


def test_doctor_says_that_an_offset_is_not_there(answering, monkeypatch: pytest.MonkeyPatch):
    broker = MockBroker()
    broker.commit(50)
    monkeypatch.setenv("COOBIRD_TRANSPORT", broker.url)
    assert any("offset 50 was read before" in each.text for each in doctor.transport())
