"""Start and stop of the server, in a thread and as a command."""

import signal
import socket
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from coobird.mock import MockCoobird
from tests.support.mock.api import Api, event
from tests.support.mock.command import command


def test_the_first_line_is_a_url_that_answers_already() -> None:
    with command("--port", "0") as (_, url):
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{url}/_mock/health").status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_though_a_page_is_open(number: signal.Signals) -> None:
    with command("--port", "0") as (process, url), httpx.Client(base_url=url) as client:
        client.get("/_mock/health")
        with client.stream("GET", "/_mock/stream") as response:
            assert next(response.iter_lines()) == ": connected"
            began = time.monotonic()
            process.send_signal(number)
            process.wait(5)
            assert time.monotonic() - began < 5
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "70000"],
        ["--port", "-1"],
        ["--port", "http"],
        ["--latency", "-1"],
        ["--latency", "nan"],
        ["--latency", "slow"],
        ["--bind", "192.0.2.1"],
    ],
)
def test_an_option_that_makes_no_sense_is_refused_in_plain_words(arguments: list[str]) -> None:
    with command("--port", "0", *arguments) as (process, first):
        assert process.wait(10) in (1, 2)
        assert first == ""
        assert process.stderr is not None
        complaint = process.stderr.read()
    assert "must be a number" in complaint or "cannot listen" in complaint
    assert "Traceback" not in complaint


def test_a_taken_port_is_an_error_that_names_a_way_out() -> None:
    with MockCoobird() as mock, command("--port", mock.url.rpartition(":")[2]) as (process, first):
        assert process.wait(10) == 1
        assert first == ""
        assert process.stderr is not None
        assert "--port 0" in process.stderr.read()


def test_an_address_that_others_can_reach_says_what_that_means() -> None:
    with command("--port", "0", "--bind", "0.0.0.0") as (process, url):
        assert url.startswith("http://0.0.0.0:")
        assert process.stdout is not None
        assert "every machine that reaches this address" in process.stdout.readline()


def test_what_was_acknowledged_survives_being_killed(tmp_path: Path) -> None:
    file, key = str(tmp_path / "coobird.db"), "sk_test_kept"
    with command("--port", "0", "--db", file) as (process, url), Api(url, key) as api:
        customer = api.customer(external_id="e")
        wallet = api.made("/wallets", customer_id=customer["id"], name="Main", initial_credits=5)
        api.sent(event("1"), event("2"))
        process.kill()
        process.wait(10)
    with command("--port", "0", "--db", file) as (process, url), Api(url, key) as api:
        assert api.got("/customers")["data"] == [customer]
        assert api.got(f"/wallets/{wallet['id']}")["credits_balance"] == 5
        assert api.sent(event("2"), event("3"))["duplicates"] == 1
        assert api.customer()["id"] != customer["id"]


def test_what_was_acknowledged_while_it_was_killed_survives(tmp_path: Path) -> None:
    file, key = str(tmp_path / "coobird.db"), "sk_test_kept"
    customers: list[dict[str, Any]] = []
    events: list[str] = []
    enough = threading.Event()

    def write(number: int) -> None:
        with Api(url, key) as api, suppress(httpx.TransportError):
            for turn in count():
                customers.append(api.customer())
                ids = [f"{number}-{turn}-{each}" for each in range(20)]
                if api.sent(*map(event, ids))["accepted"] == 20:
                    events.extend(ids)
                if len(customers) > 100:
                    enough.set()

    with command("--port", "0", "--db", file) as (process, url), ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, number) for number in range(4)]
        assert enough.wait(60)
        process.kill()
        process.wait(10)
        for each in writing:
            each.result(30)
    with MockCoobird(db=file) as mock, Api(mock.url, key) as api:
        assert {kept["event_id"] for kept in mock.events(key)} >= set(events) != set()
        assert [api.got(f"/customers/{made['id']}") for made in customers] == customers


def test_the_clock_of_a_file_goes_on_after_a_kill(tmp_path: Path) -> None:
    file = str(tmp_path / "coobird.db")
    for setting in ({"freeze": "2031-05-01T10:00:00.123456Z"}, {"advance": 86_400.5}):
        with command("--port", "0", "--db", file) as (process, url):
            assert httpx.put(f"{url}/_mock/clock", json=setting).status_code == 200
            process.kill()
            process.wait(10)
    with MockCoobird(db=file) as mock:
        assert mock.now().isoformat() == "2031-05-02T10:00:00.623000+00:00"
        mock.reset_clock()
        mock.advance(366 * 86_400)
    with MockCoobird(db=file) as mock:
        assert timedelta(365) < mock.now() - datetime.now(UTC) < timedelta(367)
        mock.reset()
    with MockCoobird(db=file) as mock:
        assert abs(mock.now() - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_file_that_cannot_hold_the_state_is_refused_in_one_line(tmp_path: Path) -> None:
    old, other = tmp_path / "old.db", tmp_path / "notes.txt"
    with closing(sqlite3.connect(old)) as db:
        db.execute("pragma user_version = 99")
    other.write_text("This is no database, but it is long enough to be taken for one. " * 20)
    for file in (old, other, tmp_path / "nowhere" / "new.db"):
        with command("--port", "0", "--db", str(file)) as (process, _):
            assert process.wait(10) == 1
            assert process.stderr is not None
            (line,) = process.stderr.read().splitlines()
            assert str(file) in line


def test_a_seed_that_is_not_there_or_makes_no_sense_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text("calls: [{create_agent: {}}]")
    for path in (file, tmp_path / "nowhere.yaml"):
        with command("--port", "0", "--seed", str(path)) as (process, _):
            assert process.wait(10) == 1
            assert process.stderr is not None
            assert len(process.stderr.read().splitlines()) == 1


def test_a_stopped_server_listens_no_more_and_can_start_again() -> None:
    mock = MockCoobird()
    with mock:
        url = mock.url
        with pytest.raises(RuntimeError, match="already running"):
            mock.start()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) != 0
    with pytest.raises(RuntimeError, match="not running"):
        _ = mock.url
    mock.stop()
    with mock:
        assert mock.events() == []


def test_a_thread_that_cannot_bind_raises_where_it_was_started() -> None:
    with MockCoobird() as mock, pytest.raises(OSError, match="in use"):
        MockCoobird(port=int(mock.url.rpartition(":")[2])).start()


def test_stopping_does_not_wait_for_an_open_page() -> None:
    with MockCoobird() as mock, httpx.Client() as client, client.stream("GET", f"{mock.url}/_mock/stream") as response:
        assert next(response.iter_lines()) == ": connected"
        began = time.monotonic()
        mock.stop()
        assert time.monotonic() - began < 5


def test_ids_are_the_same_in_every_run_with_the_same_salt() -> None:
    found = []
    for _ in range(2):
        with MockCoobird(salt="s") as mock, Api(mock.url, "sk_test_1") as api:
            found.append([api.customer()["id"], api.customer()["id"]])
    assert found[0] == found[1]
    assert len(set(found[0])) == 2


def test_the_server_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    with MockCoobird():
        pass
    assert set(threading.enumerate()) == before
