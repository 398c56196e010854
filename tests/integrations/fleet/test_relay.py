"""Relays as processes: each event on the server once, or among the dead letters once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import Producer

from coobird import Coomon
from coobird._delivery.relay.postgres_source import PostgresSource
from coobird._settings.transport import PostgresPlace, read_place
from tests.integrations.fleet.conftest import Place
from tests.support.fleet.broker import Broker
from tests.support.fleet.postgres import Postgres
from tests.support.fleet.relay import RelayProcess, group_of, with_quick_group
from tests.support.fleet.stopping import stop
from tests.support.ingest import KEY, Ingest, hold, problem, track, wait_until
from tests.support.loopback import Answer, LoopbackServer
from tests.support.ports import free_port

OTHER_KEY = "sk_test_fedcba9876543210"


@pytest.fixture
def ingest() -> Ingest:
    return Ingest()


@pytest.fixture
def server(ingest: Ingest) -> Iterator[LoopbackServer]:
    with LoopbackServer(ingest) as made:
        yield made


@pytest.fixture
def start(server: LoopbackServer) -> Iterator[Callable[..., RelayProcess]]:
    made: list[RelayProcess] = []

    def begin(url: str, *options: str, **more: Any) -> RelayProcess:
        made.append(RelayProcess(url, server.url, *options, **more))
        return made[-1]

    yield begin
    for relay in made:
        relay.kill()
        assert KEY not in relay.text()
        relay.close()


def publish(url: str, count: int, *, first: int = 0, **options: Any) -> list[str]:
    with Coomon(transport=url, max_queue_size=100_000) as client:
        ids = track(client, count, first=first, **options)
        answer = client.flush(20)
        assert answer is not None
        assert answer.accepted == count
        return ids


def dead_letters(place: Place) -> list[tuple[str, str]]:
    """Id and reason of each dead letter."""
    return sorted((json.loads(event)["event_id"], reason) for event, reason in place.dead())


def test_every_event_is_sent_or_a_dead_letter_which_can_be_sent_again(place, ingest, start):
    bad = {f"event-{number}" for number in (3, 40, 41, 500)}
    ingest.reject = lambda event: "no such agent" if event["event_id"] in bad else None
    ids = publish(place.url, 600)
    relay = start(place.url, "--batch", "50")
    wait_until(lambda: len(ingest.stored) == 596, "delivery")
    wait_until(lambda: len(relay.lines("dead")) == 4, "dead letters")
    facts = relay.get("/metrics")
    last = relay.stop()
    assert (last["accepted"], last["duplicates"], last["dead"]) == (596, 0, 4)
    assert "coobird_relay_dead_letters_total 4" in facts
    assert dead_letters(place) == sorted((each, "no such agent") for each in bad)
    ingest.reject = lambda event: None
    url = with_quick_group(place.url) if place.url.startswith("kafka") else place.url
    command = [sys.executable, "-m", "coobird.cli", "relay", "replay", url]
    again = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (again.returncode, again.stdout.split()[0]) == (0, "4"), again.stderr
    start(place.url)
    wait_until(lambda: set(ingest.stored) == set(ids), "delivery of the dead letters")


def test_a_refused_key_holds_everything_until_the_file_has_a_good_one(place, ingest, server, start, tmp_path):
    def judge(request: Any) -> Answer:
        good = request.headers["authorization"] == f"Bearer {OTHER_KEY}"
        return ingest.store(request) if good else problem(401, "unauthorized")

    ingest.otherwise = judge
    ids = publish(place.url, 30)
    keys = tmp_path / "keys"
    keys.write_text(f"={KEY}")
    keys.chmod(0o600)
    relay = start(place.url, "--keys", str(keys), key=None)
    relay.wait_for("held")
    wait_until(lambda: len(ingest.batches) >= 3, "more tries")
    assert '"held": true' in relay.get("/healthz")
    keys.write_text(f"={OTHER_KEY}")
    wait_until(lambda: set(ingest.stored) == set(ids), "delivery with the new key")
    relay.wait_for("resumed")
    assert (relay.stop()["dead"], len(relay.lines("held")), place.dead()) == (0, 1, [])


def test_an_outage_longer_than_the_longest_poll_interval_keeps_the_membership(broker: Broker, ingest, start):
    topic = broker.make_topic("outage")
    ingest.otherwise = problem(503)
    url = f"kafka://{broker.address}/{topic}"
    ids = publish(url, 400)
    relay = start(url, "--batch", "20")
    relay.wait_for("outage")
    threading.Event().wait(8.0)  # the poll interval is 6 s: the broker must have had time to exclude it
    ingest.otherwise = ingest.store
    wait_until(lambda: set(ingest.stored) == set(ids), "delivery after the outage")
    relay.wait_for("resumed")
    last = relay.stop()
    assert (last["accepted"], last["duplicates"], last["problems"]) == (400, 0, 0), relay.text()
    assert sum(broker.committed(group_of(topic), topic, range(2))) == 400


def test_sigterm_in_the_middle_of_a_request_settles_it_and_begins_no_other(place, ingest, start):
    release = hold(ingest)
    publish(place.url, 200)
    relay = start(place.url, "--in-flight", "1", "--batch", "50")
    wait_until(lambda: ingest.batches, "a request")
    relay.process.terminate()
    threading.Timer(0.5, release.set).start()
    assert relay.stop()["accepted"] == len(ingest.batches[0])
    assert len(ingest.batches) == 1
    first = set(ingest.batches[0])
    ingest.otherwise = ingest.store
    start(place.url)
    wait_until(lambda: len(ingest.stored) == 200, "delivery of the rest by another relay")
    assert not first & {each for batch in ingest.batches[1:] for each in batch}


def test_a_killed_relay_leaves_its_events_to_another(place, ingest, start):
    release = hold(ingest)
    ids = publish(place.url, 300)
    relay = start(place.url, "--batch", "50")
    wait_until(lambda: len(ingest.batches) >= 2, "requests in flight")
    relay.kill()
    ingest.otherwise = ingest.store
    release.set()
    second = start(place.url)
    wait_until(lambda: second.process.poll() is None and place.is_empty(), "the rest to be settled")
    assert set(ingest.stored) == set(ids)
    last = second.stop()
    assert (last["accepted"] + last["duplicates"], last["dead"]) == (300, 0)
    assert last["duplicates"] > 0


def test_a_relay_that_joins_while_another_posts_loses_nothing(place, ingest, start):
    release = hold(ingest)
    ids = publish(place.url, 300)
    first = start(place.url, "--batch", "30", "--in-flight", "2")
    wait_until(lambda: len(ingest.batches) >= 2, "requests in flight")
    second = start(place.url, "--batch", "30")
    second.wait_for("started")
    wait_until(lambda: len(ingest.batches) >= 3, "requests of the second")
    ingest.otherwise = ingest.store
    release.set()
    wait_until(place.is_empty, "everything to be settled")
    assert set(ingest.stored) == set(ids)
    assert first.stop()["dead"] + second.stop()["dead"] == 0


def test_two_aliases_are_sent_with_their_own_keys(place, ingest, server, start):
    for alias in ("team-a", "team.b"):
        publish(f"{place.url}?alias={alias}", 20, first={"team-a": 0, "team.b": 100}[alias])
    relay = start(place.url, env={"COOBIRD_API_KEY_TEAM_A": KEY, "COOBIRD_API_KEY_TEAM_B": OTHER_KEY}, key=None)
    wait_until(lambda: len(ingest.stored) == 40, "delivery")
    relay.stop()
    for request in server.requests:
        ours = OTHER_KEY if int(request.json()["events"][0]["event_id"].split("-")[1]) >= 100 else KEY
        assert request.headers["authorization"] == f"Bearer {ours}"


def test_an_alias_without_a_key_is_held_and_named(place, ingest, start):
    publish(f"{place.url}?alias=team-z", 5)
    relay = start(place.url)
    assert "COOBIRD_API_KEY_TEAM_Z" in relay.wait_for("held")["error"]
    assert relay.stop()["dead"] == 0
    assert ingest.batches == []


def test_dead_letters_that_cannot_be_written_hold_their_offset_and_no_other_event(broker: Broker, ingest, start):
    topic = broker.make_topic("full", 1)
    ingest.reject = lambda event: "poison" if event["event_id"] == "event-1" else None
    url = f"kafka://{broker.address}/{topic}"
    publish(url, 1)
    publish(url, 1, first=1, attributes={"text": "x" * 3000})
    publish(url, 5, first=2)
    relay = start(f"{url}?message.max.bytes=2000")
    wait_until(lambda: len(ingest.stored) == 6 and relay.lines("problem"), "delivery of the others")
    assert any("dead letters" in line["text"] for line in relay.lines("problem"))
    wait_until(lambda: sum(each.count("event-1") for each in ingest.batches) >= 3, "further tries")
    last = relay.stop()
    sent = [each for batch in ingest.batches for each in batch]
    assert {each: sent.count(each) for each in ingest.stored} == dict.fromkeys(ingest.stored, 1)
    assert (last["accepted"], last["dead"]) == (6, 0)
    assert broker.committed(group_of(topic), topic, [0]) in ([1], [-1001])
    second = start(url)
    second.wait_for("dead")
    second.stop()
    assert broker.committed(group_of(topic), topic, [0]) == [7]


def test_a_table_of_dead_letters_that_is_full_holds_their_events_and_no_other(postgres: Postgres, ingest, start):
    ingest.reject = lambda event: "poison" if event["event_id"] == "event-1" else None
    url = postgres.url("full_table")
    ids = publish(url, 6)
    place = read_place(url)
    assert isinstance(place, PostgresPlace)
    source = PostgresSource(place)
    assert source.backlog().waiting == 6  # it makes the table of dead letters
    source.close()
    full = "begin raise exception 'No space left on device' using errcode = '53100'; end"
    postgres.run(f"create function full_disk() returns trigger language plpgsql as $$ {full} $$")
    postgres.run("create trigger full_disk before insert on full_table_dead execute function full_disk()")
    relay = start(url)
    wait_until(lambda: len(ingest.stored) == 5 and relay.lines("problem"), "delivery of the others")
    wait_until(lambda: postgres.run("select count(*) from full_table") == [(1,)], "the others to be settled")
    (problem,) = {line["text"] for line in relay.lines("problem")}
    assert "dead letters, so their events are not settled: No space left on device" in problem
    postgres.run("drop trigger full_disk on full_table_dead")
    relay.wait_for("dead")
    assert relay.stop()["dead"] == 1
    assert postgres.run("select reason from full_table_dead") == [("poison",)]
    assert postgres.run("select count(*) from full_table") == [(0,)]
    sent = [each for batch in ingest.batches for each in batch]
    assert {each: sent.count(each) for each in ids if each != "event-1"} == dict.fromkeys(ingest.stored, 1)


def fill(broker: Broker, topic: str, partition: int, ids: list[str]) -> None:
    """Publish events to a partition."""
    producer = Producer({"bootstrap.servers": broker.address, "log_level": 0})
    for event_id in ids:
        event = {"agent_id": "agent_1", "customer_id": f"cust_{partition}", "event_id": event_id, "quantity": 1}
        producer.produce(topic, json.dumps(event).encode(), partition=partition)
    assert producer.flush(20) == 0


def test_a_partition_of_which_many_wait_delays_no_other(broker: Broker, ingest, start):
    def slow(request: Any) -> Answer:
        time.sleep(0.02)
        return ingest.store(request)

    ingest.otherwise = slow
    topic = broker.make_topic("hot")
    hot, few = [f"hot-{number}" for number in range(8_000)], ["few-0", "few-1", "few-2"]
    fill(broker, topic, 0, hot)
    relay = start(f"kafka://{broker.address}/{topic}", "--batch", "20", "--in-flight", "1")
    wait_until(lambda: len(ingest.batches) > 10, "some requests")
    fill(broker, topic, 1, few)
    wait_until(lambda: ingest.stored.keys() >= set(few), "delivery of the few")
    # Those that the relay may have in memory of one partition would have come before.
    assert len(ingest.stored) < 5_000
    ingest.otherwise = ingest.store
    wait_until(lambda: len(ingest.stored) == 8_003, "delivery")
    last = relay.stop()
    assert (last["accepted"], last["duplicates"], last["dead"]) == (8_003, 0, 0)
    assert [each for each in ingest.ids if each not in few] == hot
    assert broker.committed(group_of(topic), topic, range(2)) == [8_000, 3]


def test_a_partition_that_comes_back_while_it_is_paused_is_read_on(broker: Broker, ingest, start):
    release = hold(ingest)
    topic = broker.make_topic("regained")
    url = f"kafka://{broker.address}/{topic}"
    # More than a relay has in memory.
    for partition in range(2):
        fill(broker, topic, partition, [f"event-{partition}-{number}" for number in range(6_000)])
    first = start(url, "--in-flight", "1")
    wait_until(lambda: ingest.batches, "a request")
    second = start(url, "--in-flight", "1", "--timeout", "1")
    wait_until(lambda: len(ingest.batches) > 1, "a request of the second")
    second.stop()
    ingest.otherwise = ingest.store
    release.set()
    wait_until(lambda: len(ingest.stored) == 12_000, "delivery")
    wait_until(lambda: broker.committed(group_of(topic), topic, range(2)) == [6_000, 6_000], "the commits")
    assert first.stop()["dead"] == 0


def test_messages_that_are_no_events_are_dead_letters(broker: Broker, ingest, start):
    topic = broker.make_topic("strange", 1)
    producer = Producer({"bootstrap.servers": broker.address})
    for value in (b"hello", None, b'{"agent_id":"a","customer_id":"c","event_id":"other-order","quantity":2}'):
        producer.produce(topic, value)
    producer.flush(20)
    relay = start(f"kafka://{broker.address}/{topic}")
    wait_until(lambda: "other-order" in ingest.stored and len(relay.lines("dead")) == 2, "delivery")
    assert ingest.stored["other-order"]["quantity"] == 2
    assert {line["reason"] for line in relay.lines("dead")} == {"It is no event: it is not JSON."}


def test_a_slow_server_is_asked_by_several_requests_at_once(place, ingest, start):
    release = hold(ingest)
    publish(place.url, 400)
    start(place.url, "--batch", "20", "--in-flight", "3")
    wait_until(lambda: len(ingest.batches) == 3, "three requests in flight")
    assert len({each for batch in ingest.batches for each in batch}) == 60
    release.set()
    wait_until(lambda: len(ingest.stored) == 400, "delivery")


def test_a_server_slower_than_the_timeout_has_each_event_once(place, ingest, start):
    ingest.next(ingest.store_but_never_answer, ingest.store_but_never_answer)
    ids = publish(place.url, 100)
    relay = start(place.url, "--batch", "20", "--timeout", "0.3")
    wait_until(place.is_empty, "everything to be settled")
    last = relay.stop()
    assert sorted(ingest.ids) == sorted(ids)
    assert (last["accepted"] + last["duplicates"], last["dead"]) == (100, 0)
    assert last["duplicates"] >= 20
    assert sum(last["retries"].values()) >= 2


def test_a_relay_that_was_stopped_beyond_its_session_commits_nothing_of_what_others_took_over(
    broker: Broker, ingest, start
):
    topic = broker.make_topic("paused")
    url = f"kafka://{broker.address}/{topic}"
    release = hold(ingest)
    ids = publish(url, 200)
    first = start(url, "--batch", "20", "--in-flight", "2")
    wait_until(lambda: len(ingest.batches) >= 2, "requests in flight")
    stop(first.process.pid)
    try:
        ingest.otherwise = ingest.store
        second = start(url)
        wait_until(lambda: sum(broker.committed(group_of(topic), topic, range(2))) == 200, "the take-over")
    finally:
        first.process.send_signal(signal.SIGCONT)
    release.set()
    ids += publish(url, 50, first=1000)
    wait_until(lambda: set(ingest.stored) == set(ids), "delivery of later events")
    wait_until(lambda: sum(broker.committed(group_of(topic), topic, range(2))) == 250, "their commits")
    assert first.stop()["dead"] + second.stop()["dead"] == 0


def test_a_relay_whose_broker_is_away_ends_and_names_it():
    address = f"127.0.0.1:{free_port()}"
    relay = RelayProcess(f"kafka://{address}/topic", "http://127.0.0.1:1")
    assert relay.process.wait(60) == 1
    assert f"kafka://{address}/topic cannot be reached" in relay.text()
    relay.close()


def test_a_relay_waits_for_its_database_and_shows_no_password(postgres: Postgres, ingest, start):
    relay = start(postgres.url("late", password="wrong-horse"))
    problem = relay.wait_for("problem")["text"]
    assert "password authentication failed" in problem
    assert "wrong-horse" not in relay.text()
    assert relay.process.poll() is None


@pytest.mark.parametrize("suffix", ["", "_dead"])
def test_a_relay_touches_no_table_of_another_shape_and_names_it(postgres: Postgres, ingest, start, suffix: str):
    name = f"shape{suffix}"
    if suffix:
        publish(postgres.url("shape_of"), 3)
        name = "shape_of_dead"
    postgres.run(f"create table {name} (id bigint, text text)")
    postgres.run(f"insert into {name} values (1, 'theirs')")
    relay = start(postgres.url(name.removesuffix("_dead")))
    assert f"table {name} is no table of events" in relay.wait_for("problem")["text"]
    relay.stop()
    assert postgres.run(f"select text from {name}") == [("theirs",)]
    assert ingest.batches == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("kafka://127.0.0.1:9/t?kye=x", "no option"),
        ("amqp://x/y", "scheme"),
        ("postgres://x/y", "names no table"),
    ],
)
def test_a_relay_with_a_bad_url_ends_at_once_and_says_why(url: str, words: str) -> None:
    command = [sys.executable, "-m", "coobird.cli", "relay", url]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert words in ended.stderr


def test_a_relay_outlasts_a_crash_of_the_database(postgres: Postgres, ingest, start):
    url = postgres.url("crash")
    ids = publish(url, 300)
    release = hold(ingest)
    relay = start(url, "--batch", "50")
    wait_until(lambda: ingest.batches, "requests in flight")
    postgres.kill()
    ingest.otherwise = ingest.store
    release.set()
    relay.wait_for("problem")
    postgres.start()
    wait_until(lambda: postgres.run("select count(*) from crash") == [(0,)], "everything to be settled")
    assert set(ingest.stored) == set(ids)
    assert relay.stop()["dead"] == 0
