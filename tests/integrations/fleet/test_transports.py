"""Clients that publish: counts, forks, exits, outages, and what the broker or table then holds."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
from confluent_kafka import KafkaError

from coobird import AsyncCoomon, Coomon, set_testing
from coobird.errors import CoobirdError, DeliveryResumed, OutageError, TransportError
from tests.support import ROOT
from tests.support.fleet.broker import Broker
from tests.support.fleet.postgres import Postgres
from tests.support.ingest import finish, track, unequal, wait_until
from tests.support.ports import free_port


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("COOBIRD_API_KEY", "COOBIRD_TRANSPORT"):
        monkeypatch.delenv(name, raising=False)
    with set_testing():
        yield


@pytest.fixture
def errors() -> list[CoobirdError]:
    return []


@pytest.fixture
def new(errors: list[CoobirdError]) -> Iterator[Callable[..., Coomon]]:
    made: list[Coomon] = []

    def make(url: str, **options: Any) -> Coomon:
        made.append(Coomon(transport=url, on_error=errors.append, **{"flush_interval": 0, **options}))
        return made[-1]

    yield make
    for client in made:
        finish(lambda client=client: (client.shutdown(timeout=1), True), "shutdown()")
        assert not unequal(client.stats())


def ids(events: list[bytes]) -> list[str]:
    return sorted(json.loads(event)["event_id"] for event in events)


def test_events_are_published_as_they_would_be_posted_and_count_as_delivered(place, new, errors):
    client = new(place.url)
    tracked = track(client, 250, attributes={"model": "ü", "n": 1.5})
    answer = client.flush(20)
    assert (answer.accepted, answer.results) == (250, [])
    assert ids(place.read()) == sorted(tracked)
    stats = client.stats()
    assert (stats.delivered, stats.queued, stats.in_flight, errors) == (250, 0, 0, [])
    assert json.loads(place.read()[0])["attributes"] == {"model": "ü", "n": 1.5}


def test_a_child_of_a_fork_publishes_with_an_engine_of_its_own(place, new, errors):
    client = new(place.url)
    first = track(client, 3)
    client.flush(20)
    second = track(client, 2, first=10)
    if (child := os.fork()) == 0:
        track(client, 4, first=100)
        client.flush(20)
        os._exit(0 if client.stats().delivered == 4 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    client.flush(20)
    third = [f"event-{number}" for number in range(100, 104)]
    assert ids(place.read()) == sorted([*first, *second, *third])


def test_a_program_that_ends_leaves_no_event_behind(place):
    program = f"""
import multiprocessing, coobird
client = coobird.Coomon(transport={place.url!r})
def work(name):
    client.track_task(customer_id=name, agent_id="a", event_id=name)
work("before")
client.flush()
context = multiprocessing.get_context("fork")
child = context.Process(target=work, args=("child",))
child.start()
child.join()
work("after")
"""
    ran = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ids(place.read()) == ["after", "before", "child"]


def test_an_engine_that_does_not_answer_is_reported_once_and_gets_every_event_later(place, new, errors):
    client = new(place.url, request_timeout=1)
    first = track(client, 2)
    client.flush(20)
    place.pause()
    second = track(client, 30, first=10)
    client.flush(0.05)
    wait_until(lambda: any(isinstance(error, OutageError) for error in errors), "a report of the outage")
    assert client.stats().queued + client.stats().in_flight == 30
    place.resume()
    wait_until(lambda: client.flush(0.5) is None or client.stats().queued == 0, "delivery")
    client.flush(20)
    assert set(ids(place.read())) == {*first, *second}
    assert len([error for error in errors if isinstance(error, OutageError)]) == 1
    assert len([error for error in errors if isinstance(error, DeliveryResumed)]) == 1
    assert client.stats().delivered == 32


@pytest.mark.parametrize("scheme", ["kafka", "postgres"])
def test_a_program_starts_without_its_engine_and_hears_of_it_once(scheme, new, errors):
    port = free_port()
    url = {"kafka": f"kafka://127.0.0.1:{port}/t", "postgres": f"postgres://u:swordfish@127.0.0.1:{port}/db/t"}[scheme]
    client = new(url, max_retries=1)
    track(client, 30)
    wait_until(lambda: errors, "a report")
    client.flush(0.5)
    outages = [error for error in errors if isinstance(error, OutageError)]
    assert len(outages) == 1
    assert isinstance(outages[0].__cause__, TransportError)
    assert "onnection refused" in str(outages[0])
    assert "swordfish" not in str(outages)
    assert client.stats().queued + client.stats().in_flight == 30


def test_immediate_calls_wait_for_the_acknowledgement(place, new):
    assert new(place.url).track_task_immediate(customer_id="c", agent_id="a", event_id="e1").accepted == 1

    async def main() -> None:
        async with AsyncCoomon(transport=place.url) as client:
            answer = await client.track_task_immediate(customer_id="c", agent_id="a", event_id="e2")
            assert answer.accepted == 1

    asyncio.run(main())
    assert ids(place.read()) == ["e1", "e2"]


@pytest.mark.parametrize("scheme", ["kafka", "postgres"])
def test_an_immediate_call_raises_an_error_of_the_api_without_its_engine(scheme, new):
    port = free_port()
    url = {"kafka": f"kafka://127.0.0.1:{port}/t", "postgres": f"postgres://u@127.0.0.1:{port}/db/t"}[scheme]
    with pytest.raises(TransportError, match="did not acknowledge"):
        new(url, max_retries=0).track_task_immediate(customer_id="c", agent_id="a")


def test_a_spool_keeps_the_events_of_a_process_that_was_killed_for_the_transport(place, tmp_path):
    spool = tmp_path / "usage.db"
    program = f"""
import os, coobird
client = coobird.Coomon(transport="kafka://127.0.0.1:{free_port()}/t", spool={str(spool)!r}, flush_interval=0)
client.track_task(customer_id="c", agent_id="a", event_id="e1")
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    client = Coomon(transport=place.url, spool=spool)
    wait_until(lambda: client.stats().delivered == 1, "delivery of the event on disk")
    client.shutdown()
    assert ids(place.read()) == ["e1"]


def test_the_alias_stands_in_a_header_and_the_key_of_a_message_is_the_events_id(broker: Broker, new):
    topic = broker.make_topic("headers")
    client = new(f"kafka://{broker.address}/{topic}?alias=team-a")
    track(client, 1)
    client.flush(20)
    (message,) = broker.messages(topic)
    assert (message.key(), message.headers()) == (b'"event-0"', [("coobird-key", b"team-a")])


def test_messages_of_a_customer_share_a_partition_if_the_url_says_so(broker: Broker, new):
    topic = broker.make_topic("customers", 4)
    client = new(f"kafka://{broker.address}/{topic}?key=customer_id")
    for number in range(40):
        client.track_task(customer_id=f"c{number % 4}", agent_id="a")
    client.flush(20)
    pairs = {(message.key(), message.partition()) for message in broker.messages(topic)}
    assert sorted(key for key, _ in pairs) == [b"c0", b"c1", b"c2", b"c3"]


def test_an_event_that_is_too_large_for_the_broker_is_reported_and_the_others_are_published(
    broker: Broker, new, errors
):
    topic = broker.make_topic("large")
    client = new(f"kafka://{broker.address}/{topic}?message.max.bytes=2000")
    client.track_task(customer_id="c", agent_id="a", event_id="big", attributes={"text": "x" * 3000})
    small = track(client, 3)
    client.flush(20)
    assert ids([message.value() for message in broker.messages(topic)]) == small
    (error,) = errors
    assert error.event["event_id"] == "big"
    assert "max.message.bytes" in str(error)
    assert (client.stats().delivered, client.stats().rejected) == (3, 1)


class Producer:
    """Stand-in of confluent-kafka's producer: it acknowledges all but the keys that are held.

    No broker of the tests can refuse one partition and take the others.
    """

    held: ClassVar[set[bytes]] = set()
    acknowledged: ClassVar[list[bytes]] = []

    def __init__(self, _: dict[str, Any]) -> None:
        self._waiting: list[tuple[bytes, bytes, Any]] = []
        self._lock = threading.Lock()

    def produce(self, _: str, value: bytes, *, key: bytes, on_delivery: Any, **__: Any) -> None:
        with self._lock:
            self._waiting.append((key, value, on_delivery))

    def poll(self, timeout: float) -> None:
        with self._lock:
            taken = [each for each in self._waiting if each[0] not in self.held]
            self._waiting = [each for each in self._waiting if each[0] in self.held]
        for _, value, on_delivery in taken:
            self.acknowledged.append(value)
            on_delivery(None, None)
        threading.Event().wait(timeout / 10)

    def purge(self, **_: Any) -> None:
        with self._lock:
            purged, self._waiting = self._waiting, []
        for _, _, on_delivery in purged:
            on_delivery(KafkaError(KafkaError._PURGE_QUEUE), None)


@pytest.mark.parametrize("with_spool", [False, True])
def test_a_partition_that_takes_nothing_holds_up_only_its_own_customer(
    new, errors, monkeypatch: pytest.MonkeyPatch, tmp_path, with_spool: bool
):
    monkeypatch.setattr("coobird._delivery.transport.kafka.Producer", Producer)
    Producer.held, Producer.acknowledged = {b"hot"}, []
    options = {"spool": tmp_path / "usage.db"} if with_spool else {}
    client = new("kafka://127.0.0.1:9/t?key=customer_id", request_timeout=0.2, max_retries=0, **options)
    for number in range(60):
        client.track_task(customer_id="hot" if number % 3 == 0 else "other", agent_id="a", event_id=f"e{number}")
    client.flush(0.05)
    wait_until(lambda: client.stats().delivered == 40, "delivery of the others")
    client.track_task(customer_id="other", agent_id="a", event_id="later")
    client.flush(0.05)
    wait_until(lambda: client.stats().delivered == 41, "delivery of a later one")
    assert client.stats().queued + client.stats().in_flight == 20
    assert len(ids(Producer.acknowledged)) == len(set(ids(Producer.acknowledged))) == 41
    Producer.held = set()
    wait_until(lambda: client.flush(0.5) is None or client.stats().delivered == 61, "delivery of the rest")
    client.flush(20)
    assert (client.stats().delivered, client.stats().dropped) == (61, 0)
    assert len(ids(Producer.acknowledged)) == len(set(ids(Producer.acknowledged))) == 61


def test_a_login_that_the_broker_does_not_take_is_reported_without_the_password(broker: Broker, new, errors):
    topic = broker.make_topic("login")
    url = f"kafka://user:swordfish@{broker.address}/{topic}?security.protocol=SASL_PLAINTEXT"
    client = new(url, max_retries=0, request_timeout=2)
    track(client, 20)
    wait_until(lambda: errors, "a report")
    assert isinstance(errors[0], OutageError)
    assert "swordfish" not in str(errors) + repr(client)
    assert client.stats().queued + client.stats().in_flight == 20


def test_the_alias_stands_in_a_column_and_the_table_is_made_once_for_all(postgres: Postgres, new):
    clients = [new(postgres.url("made_at_once") + "?alias=team-a") for _ in range(4)]
    for number, client in enumerate(clients):
        track(client, 20, first=100 * number)
    for client in clients:
        client.flush(20)
    assert postgres.run("select alias, count(*) from made_at_once group by 1") == [("team-a", 80)]


@pytest.mark.parametrize(
    ("table", "definition", "reason"),
    [
        ("strange_a", "create table strange_a (id bigint, name text)", "no column alias, event, created_at"),
        (
            "strange_b",
            "create table strange_b (id bigint, alias text, event json, created_at timestamptz)",
            "event is json, not bytea",
        ),
    ],
)
def test_a_table_of_another_shape_is_named_and_gets_nothing(postgres: Postgres, new, errors, table, definition, reason):
    postgres.run(definition)
    client = new(postgres.url(table), max_retries=0)
    track(client, 20)
    wait_until(lambda: errors, "a report")
    assert reason in str(errors[0])
    assert "Name another table" in str(errors[0])
    assert client.stats().queued + client.stats().in_flight == 20


def test_a_wrong_password_is_reported_without_it_and_loses_nothing(postgres: Postgres, new, errors):
    client = new(postgres.url("events", password="wrong-horse"), max_retries=0)
    track(client, 20)
    wait_until(lambda: errors, "a report")
    assert "password authentication failed" in str(errors[0])
    assert "wrong-horse" not in str(errors[0])
    assert client.stats().queued + client.stats().in_flight == 20


ENDS_WITH_A_PRODUCER = """
import os
from coobird._delivery.transport import kafka
from coobird._settings.transport import read_place

class Producer:
    def __init__(self, config):
        self.config = config  # a cycle, as the real one and its callback are

    def __del__(self):
        os.write(1, b"destroyed ")

kafka.Producer = Producer
place = read_place("kafka://127.0.0.1:9/events")
dropped = kafka._Producer(place, 1.0)
del dropped
import gc
gc.collect()
os.write(1, b"the program ends ")
made = kafka._Producer(place, 1.0)
"""


def test_the_end_of_a_process_waits_for_no_producer_and_a_dropped_one_ends_before() -> None:
    command = [sys.executable, "-c", ENDS_WITH_A_PRODUCER]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (done.stdout, done.stderr) == ("destroyed the program ends ", "")
