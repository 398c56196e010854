"""The local server reads a topic: events go from a client over the broker to their costs."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from typing import Any

from coobird import Coomon
from tests.support.fleet.broker import Broker
from tests.support.fleet.relay import with_quick_group
from tests.support.ingest import track, wait_until


def events_at(url: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{url}/_mock/events?limit=1000", timeout=10) as answer:
        found: list[dict[str, Any]] = json.load(answer)["events"]
        return found


def test_events_of_a_topic_are_stored_by_the_same_rules_for_the_tenant_of_their_alias(broker: Broker):
    topic = broker.make_topic("mocked")
    url = f"kafka://{broker.address}/{topic}"
    with Coomon(transport=f"{url}?alias=team-a") as client:
        ids = track(client, 30, attributes={"model": "gpt-4o", "input_tokens": 10, "output_tokens": 2})
        client.track_task(customer_id="c", agent_id="a", event_id=ids[0])  # a second time
    with Coomon(transport=url) as client:
        client.track_task(customer_id="c", agent_id="a", event_id="other-tenant")
    command = [sys.executable, "-m", "coobird.mock", "--port", "0", "--source", with_quick_group(url)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        wait_until(lambda: len(events_at(address)) >= 31, "events of the topic")
        assert sorted(event["event_id"] for event in events_at(address)) == sorted([*ids, "other-tenant"])
        coomon = Coomon("sk_test_team-a", host=address)
        assert coomon.track_task_immediate(customer_id="c", agent_id="a", event_id=ids[3]).duplicates == 1
        coomon.shutdown()
    finally:
        server.kill()
        server.communicate()


def test_a_source_that_cannot_be_read_is_named(capsys):
    command = [sys.executable, "-m", "coobird.mock", "--port", "0", "--source", "kafka://broker"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert "kafka://broker:9092/topic" in ended.stderr
