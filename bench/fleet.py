"""`python -m bench.fleet`: measure producer and relay, and write their part of docs/benchmarks.md.

publish   events tracked in a tight loop and acknowledged by a broker in memory, with a client
by-hand   the same events and the same producer of confluent-kafka: a dict, `json.dumps`, `produce`
relay     a relay takes these events from the topic, and sends them to a local sink

Each step is a process of its own. CPU is that of the process, its threads included. It needs the
packages of `make test-integrations`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "benchmarks.md"
# The sink counts events by a mark in their attributes.
ATTRIBUTES = {"model": "gpt-4o", "input_tokens": 1200, "output_tokens": 340, "region": "eu", "cost_usd": 0.0064}

_READY_SECONDS = 60.0


def kept(document: Path) -> str:
    """Return the part of this command in a document that `python -m bench` writes anew."""
    text = document.read_text("utf-8") if document.exists() else ""
    return f"\n{text[text.index(HEAD) :]}" if HEAD in text else ""


HEAD = "## Through a broker, and a relay"


def publish(address: str, events: int) -> None:
    """Publish with a client."""
    from coobird import Coomon

    client = Coomon(
        transport=f"kafka://{address}/published", max_queue_size=events, max_batch_size=1000, request_timeout=60
    )
    for number in range(events):
        client.track_task(
            customer_id=f"cust_{number % 50}",
            agent_id="agent_1",
            signal_code="api_call",
            attributes={**ATTRIBUTES, "mark": f"run-{number}"},
        )
    client.flush(120)
    assert client.stats().delivered == events, client.stats()


def by_hand(address: str, events: int) -> None:
    """Publish without this package."""
    from confluent_kafka import Producer

    producer = Producer(
        {"bootstrap.servers": address, "acks": "all", "enable.idempotence": True, "linger.ms": 5, "log_level": 0}
    )
    failed: list[Any] = []

    def note(error: Any, _: Any) -> None:
        if error is not None:
            failed.append(error)

    for number in range(events):
        event_id = str(uuid.uuid4())
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = {
            "event_id": event_id,
            "customer_id": f"cust_{number % 50}",
            "agent_id": "agent_1",
            "action_type": "task",
            "signal_code": "api_call",
            "quantity": 1,
            "attributes": {**ATTRIBUTES, "mark": f"run-{number}"},
            "timestamp": now,
        }
        while True:
            try:
                producer.produce("by-hand", json.dumps(event).encode(), key=event_id, on_delivery=note)
                break
            except BufferError:
                producer.poll(0.1)
        if number % 1000 == 0:
            producer.poll(0)
    assert producer.flush(120) == 0
    assert not failed


def relay(address: str, events: int, host: str) -> None:
    """Send what `publish` has published."""
    import threading

    from coobird._delivery.relay.kafka_source import KafkaSource
    from coobird._delivery.relay.keys import Keys
    from coobird._delivery.relay.relay import Relay
    from coobird._settings.transport import KafkaPlace, read_place

    os.environ["COOBIRD_API_KEY"] = "sk_test_bench"
    place = read_place(f"kafka://{address}/published")
    assert isinstance(place, KafkaPlace)
    made = Relay(KafkaSource(place, print), Keys(), lambda *_, **__: None, host=host)
    thread = threading.Thread(target=made.run)
    thread.start()
    # The group assigns its partitions first, which takes the broker seconds.
    give_up_at = time.monotonic() + _READY_SECONDS
    while made.facts().accepted == 0:
        assert time.monotonic() < give_up_at, "nothing is sent"
        time.sleep(0.001)
    first, began, used = made.facts().accepted, time.monotonic(), cpu_seconds()
    while made.facts().accepted < events:
        assert time.monotonic() < began + 120, made.facts().as_dict()
        time.sleep(0.01)
    seconds = time.monotonic() - began
    print(json.dumps({"seconds": seconds, "events": events - first, "cpu": cpu_seconds() - used}))
    made.stop()
    thread.join()


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def step(name: str, *arguments: str) -> dict[str, float]:
    """Run a step in a process of its own. Returns seconds, events, and CPU seconds."""
    command = [sys.executable, "-m", "bench.fleet", "--step", name, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def run_step(name: str, address: str, events: int, host: str) -> None:
    before = cpu_seconds()
    began = time.monotonic()
    found: dict[str, float] = {}
    if name == "relay":
        import contextlib
        import io

        with contextlib.redirect_stdout(io.StringIO()) as out:
            relay(address, events, host)
        found = json.loads(out.getvalue().splitlines()[-1])
    else:
        {"publish": publish, "by-hand": by_hand}[name](address, events)
    whole = {"seconds": time.monotonic() - began, "events": float(events), "cpu": cpu_seconds() - before}
    print(json.dumps({**whole, **found}))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.fleet", description=__doc__)
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--step", nargs=4, metavar=("STEP", "BROKER", "EVENTS", "HOST"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        name, address, events, host = options.step
        run_step(name, address, int(events), host)
        return
    from bench.report import machine, wrapped
    from bench.rounds import sink
    from tests.support.fleet.broker import Broker

    broker = Broker().start()
    load = os.getloadavg()[0]
    try:
        for topic in ("published", "by-hand"):
            broker.make_topic(topic, 4)
        count = str(options.events)
        rows = {
            "by hand": step("by-hand", broker.address, count, "-"),
            "`Coomon`": step("publish", broker.address, count, "-"),
        }
        with sink() as (url, _):
            rows["relay"] = step("relay", broker.address, count, url)
    finally:
        broker.close()
    stamp = (
        f"Written by `python -m bench.fleet` on {datetime.now(UTC):%Y-%m-%d}: {machine()}. One run with "
        f"{options.events:,} events; broker in memory, 4 partitions; the machine's load average before it was {load:.1f}. "
        "Broker, sink and the measured process share the machine. The figures of the relay begin with its first "
        "answers, because the group takes seconds to assign partitions; the others include imports."
    )
    lines = ["| | events/s | CPU ms per 1,000 |", "|---|--:|--:|"]
    lines += [
        f"| {name} | {each['events'] / each['seconds']:,.0f} | {each['cpu'] / each['events'] * 1e6:.1f} |"
        for name, each in rows.items()
    ]
    text = f"{HEAD}\n\n{wrapped(stamp)}\n\n" + "\n".join(lines) + "\n"
    print(text)
    before = DOCUMENT.read_text("utf-8").partition(HEAD)[0].rstrip()
    DOCUMENT.write_text(f"{before}\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
