"""Transport to a topic of Kafka, with confluent-kafka.

The producer is made by the sender that needs it, and anew in the child of a fork: a child that uses
its parent's producer never sends, because librdkafka's threads exist in the parent only.
"""

from __future__ import annotations

import atexit
import threading
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakSet

from confluent_kafka import KafkaError, KafkaException, Producer

from coobird._delivery.transport.message import headers_of, key_of
from coobird._delivery.transport.sent import Sent, acknowledged, in_part, unacknowledged
from coobird._http import fork_guard

if TYPE_CHECKING:
    from confluent_kafka import Message

    from coobird._settings.transport import KafkaPlace

_POLL_SECONDS = 0.1
"""Wait for acknowledgements at a time. Another thread may be handed those that this one needs."""

_DOWN_SECONDS = 1.0
"""Wait for a broker after all of them have refused the connection, before the try counts as
failed."""

_TOO_LARGE = frozenset({KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE})

_GIVEN_UP = frozenset({KafkaError._MSG_TIMED_OUT, KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT})
"""Failures by which this side has given a message up."""

_MAX_FAILURES = 4
"""Tries that fail in a row until a new producer is made."""


class Item(NamedTuple):
    """One message to publish."""

    value: bytes
    key: bytes | None
    headers: list[tuple[str, str | bytes | None]]


class Published(NamedTuple):
    """Result of publishing messages.

    Attributes:
        acknowledged: Values that all replicas in sync have, if not all of them do.
        refused: Values that the broker refuses because of their size, each with the reason.
        failure: Reason why others are not acknowledged; `None` if all others are.
    """

    acknowledged: set[bytes]
    refused: list[tuple[bytes, str]]
    failure: str | None


def text_of(error: KafkaException) -> str:
    """Return the text of an exception, which wraps an error of librdkafka."""
    inner = error.args[0] if error.args else error
    return inner.str() if isinstance(inner, KafkaError) else str(inner)


def base_config(place: KafkaPlace) -> dict[str, Any]:
    """Return the settings that all clients of a place share.

    librdkafka writes no lines of its own to the standard error: its errors are reported.
    """
    return {"log_level": 0, "reconnect.backoff.max.ms": 1000, **place.options, "bootstrap.servers": place.servers}


class KafkaTransport:
    """Publishes batches with one idempotent producer, for all threads of the process."""

    def __init__(self, place: KafkaPlace) -> None:
        self._place = place
        self.label = f"publish to {place.shown}"
        self._forget()
        fork_guard.reset_in_child(self)

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._producer: _Producer | None = None
        # Events that the broker has, of batches of which it does not have all. They are not
        # published again.
        self._known: set[bytes] = set()

    def reset_after_fork(self) -> None:
        """Leave the producer to the parent, in the child of a fork."""
        if self._producer is not None:
            self._producer.leak()
        self._forget()

    def prepare(self) -> None:
        """Nothing: librdkafka is loaded with this module."""

    def send(self, events: list[bytes], *, timeout: float) -> Sent:
        """Publish these events, and wait until all replicas that are in sync have them."""
        size, place = sum(map(len, events)), self._place
        headers = headers_of(place.alias)
        items = [Item(event, key_of(event, place.key), headers) for event in events if event not in self._known]
        published = self.publish(place.topic, items, timeout)
        if published.failure is not None:
            self._known |= published.acknowledged
            known = [event for event in events if event in self._known]
            rest = [event for event in events if event not in self._known]
            if rest and known:
                # A partition that takes nothing, as that of one customer, must not hold up others.
                return Sent(in_part(known, rest), "acknowledged in part", size)
            if rest:
                return Sent(unacknowledged(place.shown, published.failure, place.secrets), "not acknowledged", size)
        self._known.difference_update(events)
        return Sent(acknowledged(events, published.refused), "acknowledged", size)

    def publish(self, topic: str, items: list[Item], timeout: float) -> Published:
        """Publish these messages, and wait for their acknowledgements."""
        if not items:
            return Published(set(), [], None)
        producer = None
        try:
            producer = self._current(timeout)
            published = producer.publish(topic, items, timeout)
        except KafkaException as error:
            published = Published(set(), [], text_of(error))
        if published.failure is not None and producer is not None:
            # Messages that it still holds would be published a second time.
            producer.purge()
            if producer.is_broken:
                self._drop(producer)
        return published

    def close(self) -> None:
        """Drop the producer. Each `send` has waited for its messages, so that none is left."""
        if self._producer is not None:
            self._drop(self._producer)

    def _current(self, timeout: float) -> _Producer:
        with self._lock:
            if self._producer is None:
                self._producer = _Producer(self._place, timeout)
            return self._producer

    def _drop(self, producer: _Producer) -> None:
        """Let the next try make a new producer."""
        with self._lock:
            if self._producer is producer:
                self._producer = None


class _Producer:
    """A producer of librdkafka, and the last thing that it said about its brokers.

    Attributes:
        is_broken: True if it may never publish again: a broker refused its sequence numbers, as
            after a long pause, or several tries in a row have failed.
    """

    def __init__(self, place: KafkaPlace, timeout: float) -> None:
        self._trouble = "timed out"
        self._is_down = self.is_broken = False
        self._failures = 0
        self._producer = Producer(
            {
                # Before the options of the place, which may set another.
                "linger.ms": 5,
                **base_config(place),
                "acks": "all",
                "enable.idempotence": True,
                # Longer than any wait of `publish`, which gives up by itself.
                "message.timeout.ms": int(timeout * 1000) + 30_000,
                "error_cb": self._note,
            }
        )
        _producers.add(self)
        if _is_exiting:
            self.leak()

    def publish(self, topic: str, items: list[Item], timeout: float) -> Published:
        """Publish messages, and wait for their acknowledgements."""
        waiting = _Waiting(topic, len(items))
        failure = self._publish(waiting, topic, items, timeout)
        if failure is None:
            self._failures = 0
            return Published(set(), waiting.refused, None)
        acknowledged = waiting.acknowledged()
        # One that publishes a part works. To make another each time would help nobody.
        self._failures = 0 if acknowledged else self._failures + 1
        self.is_broken = self.is_broken or self._failures >= _MAX_FAILURES
        return Published(acknowledged, [], failure)

    def _publish(self, waiting: _Waiting, topic: str, items: list[Item], timeout: float) -> str | None:
        """Publish messages. Returns why some are not acknowledged."""
        for value, key, headers in items:
            try:
                self._producer.produce(topic, value, key=key, headers=headers, on_delivery=waiting.callback_for(value))
            except KafkaException as error:
                waiting.note(value, error.args[0])
            except BufferError:
                return "the queue of librdkafka is full"
        deadline, down_since = monotonic() + timeout, None
        while waiting.left > 0:
            now = monotonic()
            down_since = (down_since or now) if self._is_down else None
            if down_since is not None and now - down_since >= _DOWN_SECONDS:
                return self._trouble
            if now >= deadline:
                return f"{self._trouble} after {timeout:g} seconds"
            self._producer.poll(min(_POLL_SECONDS, deadline - now))
        self._is_down = self._is_down and waiting.failure is not None
        self.is_broken = waiting.is_refused
        return waiting.failure

    def purge(self) -> None:
        """Give up all messages. Threads that wait for them are told by their callbacks."""
        self._producer.purge(in_queue=True, in_flight=True)
        self._producer.poll(0)

    def leak(self) -> None:
        """Keep the producer for ever: its end would wait for threads that may never end.

        In the child of a fork they are not there. At the exit of the process no message is left,
        and the threads end with the process.
        """
        import ctypes

        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._producer))

    def _note(self, error: KafkaError) -> None:
        if error.code() == KafkaError._ALL_BROKERS_DOWN:
            self._is_down = True
        else:
            self._trouble = error.str()


# Also kept by `importlib.reload`, which runs this module again in the same namespace.
_producers: WeakSet[_Producer] = globals().get("_producers", WeakSet())
_is_exiting: bool = globals().get("_is_exiting", False)


def _leak_all() -> None:
    # With a broker that is down, librdkafka's threads were seen to wait for ever at the end.
    global _is_exiting  # noqa: PLW0603 - once per process
    _is_exiting = True
    for producer in list(_producers):
        producer.leak()


atexit.register(_leak_all)


class _Waiting:
    """Messages of one batch that are not acknowledged yet. Callbacks may come in any thread."""

    def __init__(self, topic: str, count: int) -> None:
        self._topic = topic
        self._count = count
        # Appending is one step, also when callbacks run in several threads.
        self._settled: list[bytes] = []
        self._failed: set[bytes] = set()
        self.refused: list[tuple[bytes, str]] = []
        self.failure: str | None = None
        self.is_refused = False

    def callback_for(self, event: bytes) -> Any:
        """Return the callback for the message of an event."""

        def note(error: KafkaError | None, _: Message) -> None:
            self.note(event, error)

        return note

    def note(self, event: bytes, error: KafkaError | None) -> None:
        """Note that the message of an event is acknowledged, or why it is not."""
        if error is not None:
            self._failed.add(event)
        if error is not None and error.code() in _TOO_LARGE:
            limit = f"raise max.message.bytes of the topic {self._topic}, or message.max.bytes in `transport`"
            self.refused.append((event, f"its {len(event):,} bytes are too many for the broker: {limit}"))
        elif error is not None:
            self.failure = error.str()
            self.is_refused = self.is_refused or error.code() not in _GIVEN_UP
        self._settled.append(event)

    def acknowledged(self) -> set[bytes]:
        """Return the events that all replicas in sync have, so far."""
        return set(self._settled) - self._failed

    @property
    def left(self) -> int:
        """Number of messages without an answer."""
        return self._count - len(self._settled)
