"""Source of a relay: a topic of Kafka, read by a consumer group.

A thread polls at all times, also while nothing may be sent: partitions are paused then. A consumer
that does not poll loses its membership after `max.poll.interval.ms`, and an outage takes longer.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from confluent_kafka import (
    OFFSET_BEGINNING,
    TIMESTAMP_NOT_AVAILABLE,
    Consumer,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka import admin as kafka_admin

from coobird._delivery.relay import checks
from coobird._delivery.relay.offsets import Partition, Position, start_at
from coobird._delivery.relay.source import Backlog, Message
from coobird._delivery.relay.waiting import Waiting
from coobird._delivery.transport.kafka import Item, KafkaTransport, base_config, text_of
from coobird._delivery.transport.message import alias_in, dead_headers
from coobird.errors import TransportError, quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coobird._delivery.relay.source import Report
    from coobird._delivery.transport.message import DeadLetter
    from coobird._settings.transport import KafkaPlace

GROUP = "coobird-relay"
"""Consumer group of relays, if the URL names none by `group.id`."""

DEAD_SUFFIX = ".dead"
"""End of the name of the topic of dead letters, if none is given."""

_POLL_SECONDS = 0.1
_ACK_SECONDS = 10.0
_METADATA_SECONDS = 10.0


class KafkaSource:
    """A member of a consumer group, and a producer of dead letters.

    Only the polling thread uses the consumer.
    """

    def __init__(
        self,
        place: KafkaPlace,
        report: Report,
        *,
        dead_topic: str | None = None,
        config: Mapping[str, str] | None = None,
    ) -> None:
        """Connect in the background.

        Args:
            place: Topic, and the options of the consumer.
            report: Takes problems.
            dead_topic: Topic of dead letters, if it has a name of its own.
            config: Settings of the topic, as far as they are known. Its retention is compared with
                the age of what waits.

        Raises:
            KafkaException: A setting is no property of librdkafka.
        """
        self._place, self._report = place, report
        self._dead_topic = dead_topic or place.topic + DEAD_SUFFIX
        self._dead_letters = KafkaTransport(place)
        self._changed = threading.Condition()
        self._waiting = Waiting()
        self._partitions: dict[int, Partition] = {}
        self._to_commit: set[Partition] = set()
        self._backlog = Backlog(0, 0.0)
        self._config = config or {}
        self._is_late = False
        self._paused: frozenset[Partition] = frozenset()
        self._is_closing = self._must_rejoin = False
        self._trouble = ""
        self._consumer = Consumer(
            {
                "group.id": GROUP,
                **base_config(place),
                "enable.auto.commit": False,
                # An offset that the broker does not have must be reported, and not skipped.
                "auto.offset.reset": "error",
                # Relays that join and leave one after another must not wait for each other.
                "partition.assignment.strategy": "range",
                "error_cb": self._note,
                "on_commit": self._committed,
            }
        )
        self._consumer.subscribe([place.topic], on_assign=self._assign, on_revoke=self._revoke, on_lost=self._revoke)
        self._thread = threading.Thread(target=self._poll, name="coobird-relay-poll", daemon=True)
        self._thread.start()

    def take(self, limit: int, wait_seconds: float) -> list[Message]:
        """Take messages that were read. Waits so long if there is none."""
        with self._changed:
            if not self._waiting:
                self._changed.wait(wait_seconds)
            if not self._waiting and self._trouble:
                raise TransportError(f"{self._place.shown} cannot be read: {quote(self._trouble)}")
            return self._waiting.take(limit)

    def settle(
        self, taken: Sequence[Message], done: Sequence[Message], dead: Sequence[tuple[Message, DeadLetter]]
    ) -> None:
        """Publish the dead letters, and let what is settled be committed. The rest goes back."""
        try:
            self._bury([letter for _, letter in dead])
        except TransportError:
            self._settle(taken, done)
            raise
        self._settle(taken, [*done, *(message for message, _ in dead)])

    def give_back(self, taken: Sequence[Message]) -> None:
        """Give messages out again that are not settled."""
        with self._changed:
            self._waiting.give_back(each for each in taken if self._is_open(each.position))
            self._changed.notify()

    def backlog(self) -> Backlog:
        """Return what waits in the partitions of this relay."""
        return self._backlog

    def close(self) -> None:
        """Leave the group, so that others take over at once."""
        self._is_closing = True
        self._thread.join(_METADATA_SECONDS)
        self._commit(is_last=True)
        self._consumer.close()
        self._dead_letters.close()

    # ------------------------------------------------------------------------ in the polling thread

    def _join(self) -> None:
        self._must_rejoin = False
        self._consumer.subscribe(
            [self._place.topic], on_assign=self._assign, on_revoke=self._revoke, on_lost=self._revoke
        )

    def _poll(self) -> None:
        while not self._is_closing:
            try:
                read = self._consumer.consume(self._pause_or_resume(), timeout=_POLL_SECONDS)
            except (KafkaException, RuntimeError) as error:
                self._trouble = str(error)
                time.sleep(_POLL_SECONDS)
                continue
            # An error may let a partition begin anew, so that the messages come first.
            for message in sorted(read, key=lambda each: each.error() is not None):
                self._receive(message)
            self._commit(is_last=False)
            self._count()
            if self._must_rejoin:
                self._consumer.unsubscribe()
                self._join()

    def _commit(self, *, is_last: bool) -> None:
        """Commit what is settled without a gap, in the only thread that uses the consumer.

        A call of another thread would wait for a poll that has no end in sight.
        """
        with self._changed:
            current = [partition for partition in self._to_commit if self._is_current(partition)]
            self._to_commit.clear()
            offsets = {partition.number: partition.commit() for partition in current}
        places = [
            TopicPartition(self._place.topic, number, offset)
            for number, offset in offsets.items()
            if offset is not None
        ]
        if places:
            try:
                if is_last:
                    self._consumer.commit(offsets=places, asynchronous=False)
                else:
                    self._consumer.commit(offsets=places)
            except KafkaException as error:
                self._committed(error.args[0], places)

    def _committed(self, error: KafkaError | None, _: list[TopicPartition]) -> None:
        if error is not None:
            # The same events are sent again, by another relay or after a restart: they count once.
            self._report(f"{self._place.shown}: offsets were not committed: {error.str()}")

    def _count(self) -> None:
        """Count what waits, for `backlog`."""
        with self._changed:
            opened = [(each.number, each.next_offset, each.first_open) for each in self._partitions.values()]
        waiting, oldest = 0, time.time()
        for number, next_offset, first in opened:
            _, known_high = self._consumer.get_watermark_offsets(self._at(number), cached=True)
            waiting += max(known_high, next_offset) - (next_offset if first is None else first[0])
            if first is not None:
                oldest = min(oldest, first[1])
        self._backlog = Backlog(waiting, max(0.0, time.time() - oldest) if waiting else 0.0)
        problem = checks.retention_problem(self._place.topic, self._config, self._backlog.oldest_seconds)
        if problem and not self._is_late:
            self._report(problem)
        self._is_late = bool(problem)

    def _receive(self, message: Any) -> None:
        error: KafkaError | None = message.error()
        if error is not None:
            if error.code() == KafkaError._AUTO_OFFSET_RESET:
                self._restart(message.partition())
            else:
                self._trouble = error.str()
            return
        with self._changed:
            partition = self._partitions.get(message.partition())
            if partition is None or (message.offset() or 0) < partition.next_offset:
                return  # it was revoked while the message was on its way, or has come before
            self._trouble = ""
            published_at = _published_at(message)
            partition.read(message.offset(), published_at)
            self._waiting.add(
                Message(
                    message.value() or b"",
                    alias_in(message.headers()),
                    published_at,
                    f"{self._place.topic}/{message.partition()}@{message.offset()}",
                    Position(partition, message.offset()),
                )
            )
            self._changed.notify()

    def _pause_or_resume(self) -> int:
        """Pause partitions of which many messages wait, resume others. Returns how many to read."""
        with self._changed:
            reading = self._waiting.reading(self._partitions.values(), self._paused)
        if paused := reading.paused - self._paused:
            self._consumer.pause([self._at(partition.number) for partition in paused])
        if resumed := self._paused - reading.paused:
            self._consumer.resume([self._at(partition.number) for partition in resumed])
        self._paused = reading.paused
        return reading.limit

    def _begin(self, places: list[TopicPartition]) -> None:
        """Read from these places on, and from no other."""
        self._consumer.assign(places)
        # librdkafka leaves a partition paused that was paused when it was revoked.
        self._consumer.resume(places)
        self._paused = frozenset()

    def _assign(self, consumer: Consumer, assigned: list[TopicPartition]) -> None:
        """Begin in the partitions where the group has left off; a new group begins at the start."""
        try:
            committed = consumer.committed(assigned, timeout=_METADATA_SECONDS) if assigned else []
            for place in committed:
                place.offset = place.offset if place.offset >= 0 else OFFSET_BEGINNING
        except KafkaException as error:
            # Without them nothing can be read: this relay joins the group once more.
            self._trouble, self._must_rejoin, committed = text_of(error), True, []
        with self._changed:
            self._waiting = Waiting()
            self._partitions = {
                place.partition: Partition(place.partition, max(0, place.offset)) for place in committed
            }
        self._begin(committed)

    def _restart(self, number: int) -> None:
        """Go on in a partition whose next offset the broker does not have."""
        with self._changed:
            partition = self._partitions.get(number)
        if partition is None:
            return
        try:
            (known,) = self._consumer.committed([self._at(number)], timeout=_METADATA_SECONDS)
            low, high = self._consumer.get_watermark_offsets(self._at(number), timeout=_METADATA_SECONDS)
            wanted = max(partition.next_offset, known.offset)
            start = start_at(wanted, low, high, f"{self._place.topic}/{number}")
            if start.problem:
                self._report(start.problem)
            with self._changed:
                # A new one: what was read before has offsets that may come again.
                self._forget(number)
                self._partitions[number] = Partition(number, start.offset)
                places = [
                    TopicPartition(self._place.topic, each.number, each.next_offset)
                    for each in self._partitions.values()
                ]
            # A partition that has failed cannot seek. The others go on where they are.
            self._begin(places)
        except KafkaException as error:
            self._trouble, self._must_rejoin = text_of(error), True

    def _revoke(self, _: Consumer, revoked: list[TopicPartition]) -> None:
        """Forget what was read of the partitions: another relay reads it again."""
        with self._changed:
            for place in revoked:
                self._forget(place.partition)

    def _forget(self, number: int) -> None:
        partition = self._partitions.pop(number, None)
        if partition is not None:
            self._waiting.drop(partition)
            self._paused -= {partition}

    def _note(self, error: KafkaError) -> None:
        self._trouble = error.str()

    # -------------------------------------------------------------------- in the threads that send

    def _bury(self, letters: list[DeadLetter]) -> None:
        if not letters:
            return
        items = [Item(letter.event, None, dead_headers(letter)) for letter in letters]
        _, refused, failure = self._dead_letters.publish(self._dead_topic, items, _ACK_SECONDS)
        if refused and failure is None:
            failure = refused[0][1]
        if failure is not None:
            place = self._place._replace(topic=self._dead_topic)
            raise TransportError(
                f"{place.shown} did not acknowledge dead letters, so their events are not settled: {quote(failure)}",
                hint="Make the topic, or make room in it.",
            )

    def _settle(self, taken: Sequence[Message], settled: Sequence[Message]) -> None:
        positions = {message.position for message in settled}
        with self._changed:
            for partition, offset in positions:
                partition.settle(offset)
            current = {partition for partition, _ in positions if self._is_current(partition)}
            self._to_commit |= current
            self.give_back(taken)

    def _is_open(self, position: Position) -> bool:
        return self._is_current(position.partition) and position.partition.is_open(position.offset)

    def _is_current(self, partition: Partition) -> bool:
        return self._partitions.get(partition.number) is partition

    def _at(self, number: int) -> TopicPartition:
        return TopicPartition(self._place.topic, number)


def _published_at(message: Any) -> float:
    """Return the Unix time of a message; the present one if the broker does not know it."""
    kind, milliseconds = message.timestamp()
    return time.time() if kind == TIMESTAMP_NOT_AVAILABLE else milliseconds / 1000


def check_topics(place: KafkaPlace, dead_topic: str) -> tuple[list[str], dict[str, str]]:
    """Return what is wrong with the topics, and the settings of the one of events.

    Both as far as the broker says it. Called when a relay starts.

    Raises:
        TransportError: The broker cannot be reached, or refuses.
    """
    admin = kafka_admin.AdminClient(base_config(place))
    try:
        found = admin.list_topics(timeout=_METADATA_SECONDS).topics
    except KafkaException as error:
        raise TransportError(f"{place.shown} cannot be reached: {text_of(error)}") from None
    replicas = {
        name: min((len(each.replicas) for each in topic.partitions.values()), default=0)
        for name, topic in found.items()
        if topic.error is None
    }
    configs = _configs(admin, replicas.keys() & {place.topic, dead_topic})
    return checks.topic_problems(replicas, configs, place.topic, dead_topic), configs.get(place.topic, {})


def waiting_in(place: KafkaPlace) -> tuple[Backlog, list[str]]:
    """Return what waits for the group of relays, and how many events the broker removed before.

    It joins no group, and commits nothing.

    Raises:
        TransportError: The broker cannot be reached, or refuses.
    """
    consumer = Consumer({"group.id": GROUP, **base_config(place), "enable.auto.commit": False})
    waiting, oldest, lost = 0, time.time(), list[str]()
    try:
        topic = consumer.list_topics(place.topic, timeout=_METADATA_SECONDS).topics[place.topic]
        numbers = [TopicPartition(place.topic, number) for number in topic.partitions]
        for known in consumer.committed(numbers, timeout=_METADATA_SECONDS) if numbers else []:
            low, high = consumer.get_watermark_offsets(known, timeout=_METADATA_SECONDS)
            start = start_at(known.offset if known.offset >= 0 else low, low, high, f"{place.topic}/{known.partition}")
            lost += [start.problem] if start.problem else []
            if high > start.offset:
                waiting += high - start.offset
                oldest = min(oldest, _first_published_at(consumer, place.topic, known.partition, start.offset))
    except KafkaException as error:
        raise TransportError(f"{place.shown} cannot be read: {text_of(error)}") from None
    finally:
        consumer.close()
    return Backlog(waiting, max(0.0, time.time() - oldest)), lost


def _first_published_at(consumer: Consumer, topic: str, number: int, offset: int) -> float:
    """Return the time of the first message from an offset on; the present one if none comes."""
    consumer.assign([TopicPartition(topic, number, offset)])
    give_up_at = time.monotonic() + _METADATA_SECONDS
    while time.monotonic() < give_up_at:
        message = consumer.poll(_POLL_SECONDS)
        if message is not None and message.error() is None:
            return _published_at(message)
    return time.time()


def _configs(admin: Any, topics: set[str]) -> dict[str, dict[str, str]]:
    """Return the settings of topics, as far as the broker says them to this user."""
    kind: Any = kafka_admin.ConfigResource  # type: ignore[attr-defined]  # pyright: ignore[reportPrivateImportUsage]
    resources = [kind(kind.Type.TOPIC, name) for name in sorted(topics)]
    if not resources:
        return {}
    found: dict[str, dict[str, str]] = {}
    answers = admin.describe_configs(resources, request_timeout=_METADATA_SECONDS)
    for resource, answer in answers.items():
        try:
            found[resource.name] = {name: each.value for name, each in answer.result(_METADATA_SECONDS).items()}
        except (KafkaException, TimeoutError):
            continue
    return found
