"""`coobird track` sends, and `coobird tail` shows what arrives."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from coobird import Coomon
from coobird.cli.tail import event_line
from coobird.mock import MockCoobird
from tests.support import ROOT
from tests.support.command import COMMAND, Run
from tests.support.loopback import Answer, LoopbackServer

WHO = ("--customer-id", "cust_1", "--agent-id", "agent_1")


def test_an_event_is_sent_as_it_was_described(mock: MockCoobird, key: str, run: Run) -> None:
    done = run(
        *("track", *WHO, "--action-type", "workflow", "--signal-code", "api_call", "--quantity", "2.50"),
        *(
            "--attribute",
            "model=gpt-4o",
            "--attribute",
            "tokens=12",
            "--attribute",
            'tags=["a"]',
            "--attribute",
            "eq=a=b",
        ),
        *("--metadata", "note=hi", "--event-id", "order-1", "--timestamp", "2026-04-01T02:00:00+02:00"),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "accepted\n", "")
    (event,) = mock.events(key)
    assert (event["customer_id"], event["agent_id"], event["event_id"]) == ("cust_1", "agent_1", "order-1")
    assert (event["action_type"], event["signal_code"], event["quantity"]) == ("workflow", "api_call", 2.5)
    assert event["attributes"] == {"model": "gpt-4o", "tokens": 12, "tags": ["a"], "eq": "a=b"}
    assert event["metadata"] == {"note": "hi"}
    assert event["timestamp"].startswith("2026-04-01T00:00:00")


def test_a_time_without_an_offset_is_local_time_and_the_help_says_so(
    run: Run, mock: MockCoobird, key: str, tmp_path: Path
) -> None:
    event = {"customer_id": "cust_1", "agent_id": "agent_1", "timestamp": "2026-04-01T12:00:00"}
    lines = tmp_path / "events.jsonl"
    lines.write_text(json.dumps(event))
    assert run("track", *WHO, "--timestamp", event["timestamp"], TZ="Asia/Kolkata").returncode == 0
    assert run("track", "--file", str(lines), TZ="Asia/Kolkata").returncode == 0
    times = [each["timestamp"] for each in mock.events(key)]
    assert [time[:19] for time in times] == ["2026-04-01T06:30:00"] * 2
    assert "local time without an offset" in " ".join(run("track", "--help").stdout.split())


def test_an_event_that_is_known_already_is_a_duplicate_and_no_problem(run: Run) -> None:
    run("track", *WHO, "--event-id", "order-1")
    done = run("track", *WHO, "--event-id", "order-1")
    assert (done.returncode, done.stdout) == (0, "duplicate\n")
    assert json.loads(run("track", *WHO, "--event-id", "order-1", "--json").stdout)["duplicates"] == 1


def test_an_event_without_a_customer_is_a_wrong_argument(run: Run) -> None:
    done = run("track", "--agent-id", "agent_1")
    assert (done.returncode, done.stderr) == (
        2,
        "coobird: --customer-id is missing: give it, or send a file with --file.\n",
    )


@pytest.mark.parametrize("option", ["--attribute=novalue", "--attribute==x", "--timestamp=yesterday"])
def test_a_value_that_cannot_be_read_is_a_wrong_argument(run: Run, option: str) -> None:
    assert run("track", *WHO, option).returncode == 2


def test_a_bad_event_is_a_problem(run: Run) -> None:
    done = run("track", *WHO, "--quantity", "-1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "quantity" in done.stderr


def test_a_file_of_events_is_sent_whole(mock: MockCoobird, key: str, run: Run, tmp_path: Path) -> None:
    event = {"customer_id": "cust_1", "agent_id": "agent_1"}
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps({**event, "event_id": f"e-{n}"}) + "\n\n" for n in range(2500)))
    done = run("track", "--file", path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2,500 events sent, 0 refused\n", "")
    assert [each["event_id"] for each in mock.events(key)] == [f"e-{n}" for n in range(2500)]


def test_events_come_from_the_standard_input_too_and_refused_ones_are_printed(
    mock: MockCoobird, key: str, run: Run
) -> None:
    event = {"customer_id": "cust_1", "agent_id": "agent_1", "timestamp": "2026-04-01T00:00:00Z"}
    lines = [event, {**event, "quantity": -1}, {**event, "action_type": "outcome"}]
    done = run("track", "--file", "-", "--json", stdin="\n".join(map(json.dumps, lines)))
    assert (done.returncode, json.loads(done.stdout)) == (1, {"sent": 2, "refused": 1})
    assert "quantity" in done.stderr
    assert [each["action_type"] for each in mock.events(key)] == ["task", "outcome"]


@pytest.mark.parametrize("line", ["{", "[]", "7", '{"customer": "x"}', '{"timestamp": 7}'])
def test_a_line_that_is_no_event_is_named_and_those_before_it_are_sent(
    mock: MockCoobird, key: str, run: Run, line: str
) -> None:
    good = json.dumps({"customer_id": "cust_1", "agent_id": "agent_1"})
    done = run("track", "--file", "-", stdin=f"{good}\n{good}\n{line}\n{good}\n")
    assert done.returncode == 1
    assert "line 3 is no event" in done.stderr
    assert len(mock.events(key)) == 2


def test_refused_events_before_a_line_that_is_no_event_are_printed(run: Run) -> None:
    event = {"customer_id": "cust_1", "agent_id": "agent_1"}
    lines = [json.dumps(event), json.dumps({**event, "quantity": -1, "event_id": "order-2"}), "nonsense"]
    done = run("track", "--file", "-", "--json", stdin="\n".join(lines))
    assert (done.returncode, json.loads(done.stdout)) == (1, {"sent": 1, "refused": 1})
    refused, bad = done.stderr.splitlines()
    assert "order-2" in refused
    assert "line 3 is no event" in bad
    assert "were sent" not in bad


def test_a_file_is_read_as_utf_8_whatever_the_terminal_is(
    mock: MockCoobird, key: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "events.jsonl"
    good = json.dumps({"customer_id": "cust_1", "agent_id": "ägent"}, ensure_ascii=False).encode()
    path.write_bytes(good + b"\n\xff\n" + good)
    done = run("track", "--file", path, PYTHONIOENCODING="ascii")
    assert (done.returncode, "line 2 is no event" in done.stderr) == (1, True)
    assert [event["agent_id"] for event in mock.events(key)] == ["ägent"]


def test_a_line_that_is_nested_without_end_is_no_event(run: Run) -> None:
    done = run("track", "--file", "-", stdin='{"metadata":' + "[" * 200_000)
    assert done.returncode == 1
    assert done.stderr.startswith("coobird: line 1 is no event")


@pytest.mark.parametrize("option", ["--customer-id=cust_2", "--attribute=a=1", "--quantity=2"])
def test_an_option_for_one_event_is_refused_together_with_a_file(
    mock: MockCoobird, key: str, run: Run, option: str
) -> None:
    done = run("track", "--file", "-", option, stdin='{"customer_id":"cust_1","agent_id":"agent_1"}\n')
    assert (done.returncode, done.stdout) == (2, "")
    assert option.partition("=")[0] in done.stderr
    assert mock.events(key) == []


# --------------------------------------------------------------------------------------------- tail


class Tail:
    """A running `coobird tail`."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "tail", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Tail:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().rstrip("\n")


def track(coomon: Coomon, event_id: str, **event: Any) -> None:
    coomon.track_task_immediate(**{"customer_id": "cust_1", "agent_id": "agent_1", "event_id": event_id, **event})


def test_tail_shows_events_as_they_arrive(coomon: Coomon, environment: dict[str, str]) -> None:
    track(coomon, "before", signal_code="llm", quantity=2, attributes={"model": "gpt-4o", "cost_usd": 0.25})
    with Tail(environment, "--from-start") as tail:
        shown = tail.line().split()
        assert shown[1:] == ["cust_1", "agent_1", "task", "llm", "x2", "$0.25", "model=gpt-4o"]
        track(coomon, "later", customer_id="cust_2")
        assert tail.line().split()[1:] == ["cust_2", "agent_1", "task", "x1"]


def test_tail_shows_a_rejected_event_with_the_reason(
    coomon: Coomon, environment: dict[str, str], key: str, mock: MockCoobird
) -> None:
    def reject(event_id: str) -> None:
        bad = {"customer_id": "cust_1", "agent_id": "agent_1", "action_type": "task", "event_id": event_id}
        bad |= {"signal_code": "x", "attributes": {"cost_usd": "abc"}, "timestamp": "2026-04-01T08:00:00Z"}
        headers = {"Authorization": f"Bearer {key}"}
        httpx.post(f"{mock.url}/api/v1/events/batch", json={"events": [bad]}, headers=headers)

    reject("before")
    with Tail(environment, "--from-start") as tail:
        assert tail.line().split(maxsplit=1)[1].startswith("rejected  cust_1  agent_1  attributes.cost_usd must be")
        reject("later")
        assert "rejected" in tail.line()
    with Tail(environment, "--from-start", "--json", "--customer-id", "cust_1") as tail:
        found = [json.loads(tail.line()) for _ in range(2)]
    assert [each["event_id"] for each in found] == ["before", "later"]
    assert all("cost_usd" in each["error"] for each in found)


def test_the_line_of_a_rejected_event_is_red_on_a_terminal_and_steers_nothing_else() -> None:
    rejected = {"at": "2026-04-01T08:00:00.000Z", "customer_id": "c\x1b[2J", "agent_id": "a", "error": "no"}
    assert event_line(rejected) == "08:00:00  rejected  c\N{REPLACEMENT CHARACTER}[2J  a  no"
    assert event_line(rejected, in_color=True) == f"\x1b[31m{event_line(rejected)}\x1b[0m"


def test_tail_from_the_start_shows_the_events_of_the_given_customer(
    coomon: Coomon, environment: dict[str, str], mock: MockCoobird
) -> None:
    for number in range(5):
        track(coomon, f"e-{number}", customer_id=f"cust_{number % 2}")
    with Tail(environment, "--from-start", "--json", "--customer-id", "cust_1") as tail:
        events = [json.loads(tail.line()) for _ in range(2)]
    assert [event["event_id"] for event in events] == ["e-1", "e-3"]


def test_tail_shows_other_tenants_only_when_asked_to(
    mock: MockCoobird, coomon: Coomon, environment: dict[str, str]
) -> None:
    with Coomon("sk_test_another_tenant", host=mock.url) as other, Tail(environment, "--json", "--from-start") as tail:
        track(other, "theirs")
        track(coomon, "ours")
        assert json.loads(tail.line())["event_id"] == "ours"


def test_ctrl_c_ends_tail_quietly(coomon: Coomon, environment: dict[str, str]) -> None:
    track(coomon, "one")
    with Tail(environment, "--from-start") as tail:
        assert tail.line()
        tail.process.send_signal(signal.SIGINT)
        assert tail.process.communicate(timeout=60) == ("", "")
    assert tail.process.returncode == 130


def test_tail_goes_on_after_the_server_was_away(coomon: Coomon, environment: dict[str, str], key: str) -> None:
    server = MockCoobird().start()
    port = int(server.url.rpartition(":")[2])
    try:
        with (
            Coomon(key, host=server.url) as client,
            Tail({**environment, "COOBIRD_HOST": server.url}, "--from-start", "--json") as tail,
        ):
            track(client, "first")
            assert json.loads(tail.line())["event_id"] == "first"
            server.stop()
            server = MockCoobird(port=port).start()
            # The new server has no events, and counts from 1 again.
            track(client, "second")
            track(client, "third")
            assert [json.loads(tail.line())["event_id"] for _ in range(2)] == ["second", "third"]
            assert tail.process.stderr
            tail.process.send_signal(signal.SIGINT)
            assert "the connection was lost" in tail.process.communicate(timeout=60)[1]
    finally:
        server.stop()


def test_tail_warns_before_the_key_goes_over_a_network_in_the_open(run: Run) -> None:
    # Nothing is sent there: the name does not exist.
    done = run("tail", COOBIRD_HOST="http://coobird.invalid")
    assert "coobird: http://coobird.invalid is not encrypted" in done.stderr
    assert "not encrypted" not in run("tail", "--all", COOBIRD_HOST="http://coobird.invalid").stderr


def test_tail_without_a_local_server_says_what_it_needs(run: Run) -> None:
    done = run("tail", COOBIRD_HOST="http://127.0.0.1:9")
    assert done.returncode == 1
    assert "coobird mock" in done.stderr


def test_tail_of_something_else_that_answers_everything_says_so(run: Run) -> None:
    with LoopbackServer(lambda _: Answer(200, "<html></html>", headers={"Content-Type": "text/html"})) as server:
        done = run("tail", COOBIRD_HOST=server.url)
    assert done.returncode == 1
    assert "has no stream of events" in done.stderr


def test_a_reader_of_tail_that_has_seen_enough_leaves_the_server_quiet(
    coomon: Coomon, environment: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(5000):
        coomon.track_task(customer_id="cust_1", agent_id="agent_1", attributes={"text": f"{number}" * 50})
        if number % 1000 == 999:
            coomon.flush()
    with Tail(environment, "--from-start") as tail:
        assert tail.line()
        assert tail.process.stdout
        tail.process.stdout.close()
        assert tail.process.wait(60) == 0
        tail.process.stdout = None
    # The server answers the next request only after it has noticed.
    track(coomon, "later")
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []
