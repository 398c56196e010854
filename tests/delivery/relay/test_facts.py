"""Facts of a relay as Prometheus reads them, and settings of topics that lose events."""

from __future__ import annotations

import re

import pytest

from coobird._delivery.relay.checks import MIN_RETENTION_SECONDS, retention_problem, topic_problems
from coobird._delivery.relay.facts import Facts, exposition
from coobird._delivery.relay.source import Backlog

SAFE = {
    "retention.ms": str(7 * 86_400_000),
    "retention.bytes": "-1",
    "min.insync.replicas": "2",
    "cleanup.policy": "delete",
}


def test_each_fact_is_a_line_of_the_text_format() -> None:
    facts = Facts()
    facts.accepted, facts.backlog, facts.is_held = 7, Backlog(3, 1.5), True
    facts.retried("503")
    facts.retried("503")
    lines = exposition(facts).splitlines()
    assert "coobird_relay_accepted_total 7" in lines
    assert 'coobird_relay_failed_requests_total{status="503"} 2' in lines
    assert "coobird_relay_held 1" in lines
    assert "coobird_relay_waiting_events 3" in lines
    assert "coobird_relay_oldest_event_seconds 1.5" in lines
    names = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert {re.match(r"\w+", line)[0] for line in lines if not line.startswith("#")} <= names  # type: ignore[index]


def test_what_the_engine_has_not_said_is_left_out_and_counts_as_unhealthy() -> None:
    assert "waiting" not in exposition(Facts())
    assert not Facts().is_healthy


def test_topics_with_safe_settings_are_no_problem() -> None:
    assert topic_problems({"a": 3, "a.dead": 3}, {"a": SAFE, "a.dead": SAFE}, "a", "a.dead") == []
    assert topic_problems({"a": 3, "a.dead": 3}, {}, "a", "a.dead") == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("retention.ms", str(MIN_RETENTION_SECONDS * 1000 - 1), "retention.ms"),
        ("retention.bytes", "1000000", "retention.bytes"),
        ("cleanup.policy", "compact,delete", "cleanup.policy"),
        ("min.insync.replicas", "1", "min.insync.replicas=1"),
    ],
)
def test_a_setting_that_loses_events_is_named(name: str, value: str, words: str) -> None:
    (problem,) = topic_problems({"a": 3, "d": 3}, {"a": {**SAFE, name: value}, "d": SAFE}, "a", "d")
    assert problem.startswith("a: ")
    assert words in problem


@pytest.mark.parametrize(("replicas", "words"), [(1, ["no event can be acknowledged"]), (2, []), (3, [])])
def test_more_replicas_in_sync_than_there_are_is_named(replicas: int, words: list[str]) -> None:
    found = topic_problems({"a": replicas, "d": 3}, {"a": SAFE, "d": SAFE}, "a", "d")
    assert len(found) == len(words)
    assert all(word in problem for word, problem in zip(words, found, strict=True))


@pytest.mark.parametrize("value", ["", "soon", None])
def test_a_setting_that_is_no_number_is_not_judged(value: str | None) -> None:
    config = dict.fromkeys(("retention.ms", "retention.bytes", "min.insync.replicas"), value)
    assert topic_problems({"a": 3, "d": 3}, {"a": config}, "a", "d") == []  # type: ignore[dict-item]
    assert retention_problem("a", config, 1e9) == ""  # type: ignore[arg-type]


def test_missing_topics_are_named() -> None:
    assert [problem.split(":")[0] for problem in topic_problems({}, {}, "a", "a.dead")] == ["a", "a.dead"]


def test_an_age_near_the_retention_is_a_problem() -> None:
    config = {"retention.ms": "7200000"}
    assert retention_problem("a", config, 3599) == ""
    assert "1.0 hours" in retention_problem("a", config, 3600)
    assert retention_problem("a", {"retention.ms": "-1"}, 1e9) == ""
