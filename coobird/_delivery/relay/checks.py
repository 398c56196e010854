"""Settings of topics by which events could be lost (pure)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

MIN_RETENTION_SECONDS = 3 * 86_400
"""Shortest retention that outlasts a weekend without anybody who looks."""


def topic_problems(
    replicas: Mapping[str, int], configs: Mapping[str, Mapping[str, str]], topic: str, dead_topic: str
) -> list[str]:
    """Return what is wrong with the topics of a relay, and what to do.

    Args:
        replicas: Topics that the broker has, each with its number of replicas.
        configs: Settings of topics, as far as they are known.
        topic: Topic of events.
        dead_topic: Topic of dead letters.
    """
    return [
        *_missing(replicas, topic, dead_topic),
        *(
            problem
            for name in (topic, dead_topic)
            for problem in _settings(name, configs.get(name, {}), replicas.get(name))
        ),
    ]


def retention_problem(topic: str, config: Mapping[str, str], oldest_seconds: float) -> str:
    """Return why events are about to be lost; empty if they are not.

    `oldest_seconds` is the age of the oldest event that waits.
    """
    seconds = _retention_seconds(config)
    if seconds is None or oldest_seconds < seconds / 2:
        return ""
    return (
        f"{topic}: the oldest event waits for {oldest_seconds / 3600:,.1f} hours, and is removed after "
        f"{seconds / 3600:,.1f} hours. Raise retention.ms at once, or start more relays."
    )


def _missing(topics: Container[str], topic: str, dead_topic: str) -> Iterator[str]:
    if topic not in topics:
        yield f"{topic}: there is no such topic. Make it, with as many partitions as relays will run at most."
    if dead_topic not in topics:
        yield (
            f"{dead_topic}: there is no topic of dead letters, unless the broker makes it when it is used. Make it: "
            "otherwise an event that the API refuses holds up its partition."
        )


def _settings(topic: str, config: Mapping[str, str], replicas: int | None) -> Iterator[str]:
    seconds = _retention_seconds(config)
    if seconds is not None and seconds < MIN_RETENTION_SECONDS:
        yield (
            f"{topic}: events are removed after {seconds / 3600:,.1f} hours (retention.ms), also if no relay has sent "
            f"them. Set it to {MIN_RETENTION_SECONDS * 1000} or more."
        )
    if (size := _number(config, "retention.bytes")) is not None and size >= 0:
        yield (
            f"{topic}: events are removed when a partition has {size:,} bytes (retention.bytes), also if no relay has "
            "sent them. Set it to -1, or to what an outage of days fills."
        )
    if "compact" in config.get("cleanup.policy", ""):
        yield f"{topic}: compaction removes events (cleanup.policy). Set it to delete."
    in_sync = _number(config, "min.insync.replicas")
    if in_sync is not None and replicas is not None and in_sync > replicas:
        yield (
            f"{topic}: no event can be acknowledged, because min.insync.replicas={in_sync} and the topic has "
            f"{replicas}. Give it more replicas."
        )
    elif in_sync == 1:
        yield (
            f"{topic}: an acknowledged event may be on one broker only (min.insync.replicas=1). Set it to 2, with 3 "
            "replicas."
        )


def _retention_seconds(config: Mapping[str, str]) -> float | None:
    milliseconds = _number(config, "retention.ms")
    return None if milliseconds is None or milliseconds < 0 else milliseconds / 1000


def _number(config: Mapping[str, str], name: str) -> int | None:
    try:
        return int(config[name])
    except (KeyError, ValueError, TypeError):
        return None
