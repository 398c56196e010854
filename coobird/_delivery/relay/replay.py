"""Dead letters of a topic, published again: what is there at the start, each once it is written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from coobird._delivery.relay.kafka_source import DEAD_SUFFIX, KafkaSource
from coobird._delivery.transport.kafka import Item, KafkaTransport
from coobird._delivery.transport.message import headers_of, key_of
from coobird._encoding.foreign import as_event
from coobird.errors import TransportError, quote

if TYPE_CHECKING:
    from coobird._delivery.relay.source import Message, Report
    from coobird._settings.transport import KafkaPlace

_GROUP = "coobird-replay"
_SECONDS = 10.0
"""Longest wait for an acknowledgement, and for the first dead letter: the group has to assign."""

_IDLE_SECONDS = 2.0
"""Wait for a further dead letter, after which there is none."""

_BATCH = 500


def replay(place: KafkaPlace, dead_topic: str | None, report: Report) -> int:
    """Publish the dead letters again. Returns their number.

    A run that is broken off may publish some of them once more in the next run: they count once.

    Raises:
        TransportError: The broker cannot be reached, or did not acknowledge them.
    """
    dead_place = place._replace(
        topic=dead_topic or place.topic + DEAD_SUFFIX, options={**place.options, "group.id": _GROUP}
    )
    source = KafkaSource(dead_place, report)
    target = KafkaTransport(place)
    count, began = 0, time.time()
    try:
        while taken := source.take(_BATCH, _IDLE_SECONDS if count else _SECONDS):
            # What a relay adds meanwhile waits for the next run, or this one might never end.
            wanted = [message for message in taken if message.published_at <= began]
            if not wanted:
                break
            items = [Item(each.event, _key(each, place), headers_of(each.alias)) for each in wanted]
            _, refused, failure = target.publish(place.topic, items, _SECONDS)
            if failure is None and refused:
                failure = refused[0][1]
            if failure is not None:
                raise TransportError(f"{place.shown} did not acknowledge dead letters: {quote(failure)}")
            source.settle(taken, wanted, [])
            count += len(wanted)
    finally:
        source.close()
        target.close()
    return count


def _key(message: Message, place: KafkaPlace) -> bytes | None:
    try:
        return key_of(as_event(message.event), place.key)
    except ValueError:
        return None
