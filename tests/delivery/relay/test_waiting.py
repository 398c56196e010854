"""Messages that wait in a relay: a partition of which many wait delays only itself."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from coobird._delivery.relay.offsets import Partition, Position
from coobird._delivery.relay.source import Message
from coobird._delivery.relay.waiting import Waiting

LIMIT = 60

arrivals = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 40)), min_size=1, max_size=20)
"""Numbers of partitions, each with how many messages arrive."""

chance = st.randoms(use_true_random=False)


class Topic:
    """Partitions that hand out their messages in order."""

    def __init__(self, partitions: int = 6) -> None:
        self.partitions = [Partition(number) for number in range(partitions)]

    def next_of(self, number: int) -> Message:
        partition = self.partitions[number]
        offset = partition.next_offset
        partition.read(offset, 0.0)
        return Message(b"", "", 0.0, f"{number}@{offset}", Position(partition, offset))

    def fill(self, waiting: Waiting, number: int, count: int) -> None:
        for _ in range(count):
            waiting.add(self.next_of(number))


def places(messages: list[Message]) -> list[tuple[int, int]]:
    """Partition and offset of each message."""
    return [(each.position.partition.number, each.position.offset) for each in messages]


@given(arrivals, st.integers(1, 50), chance)
def test_each_message_is_handed_out_once_and_in_the_order_of_its_partition(arrivals, limit, chance) -> None:
    topic, waiting, taken = Topic(), Waiting(), list[tuple[int, int]]()
    for number, count in arrivals:
        topic.fill(waiting, number, count)
        if chance.random() < 0.5:
            taken += places(waiting.take(limit))
    while batch := waiting.take(limit):
        assert len(batch) <= limit
        taken += places(batch)
    assert len(waiting) == 0
    for partition in topic.partitions:
        offsets = [offset for number, offset in taken if number == partition.number]
        assert offsets == list(range(partition.next_offset))


@given(arrivals, st.integers(1, 50), chance)
def test_what_is_given_back_is_handed_out_once_more_before_what_came_later(arrivals, limit, chance) -> None:
    topic, waiting = Topic(), Waiting()
    for number, count in arrivals:
        topic.fill(waiting, number, count)
    batches = [batch for _ in range(4) if (batch := waiting.take(limit))]
    done = set(places(batches.pop(chance.randrange(len(batches)))))
    chance.shuffle(batches)
    for batch in batches:
        waiting.give_back(batch)
        waiting.give_back(batch)  # as after a failure that has given it back already
    rest = places(waiting.take(1_000_000))
    for partition in topic.partitions:
        offsets = [offset for number, offset in rest if number == partition.number]
        number = partition.number
        assert offsets == [offset for offset in range(partition.next_offset) if (number, offset) not in done]


@given(arrivals, st.integers(1, 50))
def test_a_message_waits_for_one_message_of_each_other_partition_in_each_round(arrivals, limit) -> None:
    topic, waiting = Topic(), Waiting()
    for number, count in arrivals:
        if number != 0:
            topic.fill(waiting, number, count)
    waiting.take(limit)
    # Three messages of a quiet partition, behind all others.
    topic.fill(waiting, 0, 3)
    order: list[int] = []
    while batch := waiting.take(limit):
        order += [number for number, _ in places(batch)]
        # Others get more meanwhile.
        topic.fill(waiting, 1, limit if len(order) < 100 else 0)
    for rounds, at in enumerate(index for index, number in enumerate(order) if number == 0):
        before = Counter(order[:at])
        assert all(before[other] <= rounds + 1 for other in range(1, 6))


@given(arrivals, st.integers(4, LIMIT), chance)
def test_neither_a_partition_nor_all_together_exceed_their_limit(arrivals, limit, chance) -> None:
    topic, waiting, paused = Topic(), Waiting(limit), frozenset[Partition]()
    left = Counter[int]()
    held = Counter[int]()
    for number, count in arrivals * 3:
        left[number] += count
        reading = waiting.reading(topic.partitions, paused)
        paused = reading.paused
        readable = [each for each in left if left[each] and topic.partitions[each] not in paused]
        if readable:
            # The worst case: all that is read is of one partition.
            each = chance.choice(readable)
            read = min(left[each], reading.limit)
            topic.fill(waiting, each, read)
            left[each] -= read
            held[each] += read
        assert len(waiting) <= limit
        assert max(held.values(), default=0) <= limit // 2
        if chance.random() < 0.3:
            held.subtract(number for number, _ in places(waiting.take(chance.randrange(1, limit))))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=200), chance)
def test_a_partition_of_which_nothing_waits_is_read_unless_memory_is_full(order, chance) -> None:
    topic, waiting, paused = Topic(), Waiting(LIMIT), frozenset[Partition]()
    for number in order:
        reading = waiting.reading(topic.partitions, paused)
        paused = reading.paused
        assert reading.limit >= 1
        if len(waiting) < LIMIT:
            assert topic.partitions[0] not in paused
        if topic.partitions[number] not in paused:
            topic.fill(waiting, number, reading.limit)
        if chance.random() < 0.1:
            waiting.take(chance.randrange(1, LIMIT))


def read_until_paused(topic: Topic, waiting: Waiting, number: int) -> frozenset[Partition]:
    """Read of one partition until it is paused. Returns all that are."""
    paused = frozenset[Partition]()
    while topic.partitions[number] not in paused:
        reading = waiting.reading(topic.partitions, paused)
        paused = reading.paused
        if topic.partitions[number] not in paused:
            topic.fill(waiting, number, reading.limit)
    return paused


def test_a_hot_partition_is_paused_alone_and_read_again_when_half_of_it_is_taken() -> None:
    topic, waiting = Topic(), Waiting(1_000)
    hot = topic.partitions[2]
    assert read_until_paused(topic, waiting, 2) == {hot}
    full = len(waiting)
    assert 250 <= full <= 500
    taken = 0
    while hot in waiting.reading(topic.partitions, {hot}).paused:
        taken += len(waiting.take(1))
    assert full // 3 <= taken <= full


def test_many_hot_partitions_have_equal_parts() -> None:
    topic, waiting, paused = Topic(), Waiting(1_000), frozenset[Partition]()
    held = Counter[int]()
    for _ in range(200):
        for number in range(5):
            reading = waiting.reading(topic.partitions, paused)
            paused = reading.paused
            if topic.partitions[number] not in paused:
                topic.fill(waiting, number, reading.limit)
        held.update(number for number, _ in places(waiting.take(100)))
    assert max(held.values()) - min(held[number] for number in range(5)) <= 200


def test_a_message_of_a_dropped_partition_is_not_handed_out_and_pauses_nothing() -> None:
    topic, waiting = Topic(), Waiting(1_000)
    read_until_paused(topic, waiting, 3)
    topic.fill(waiting, 1, 2)
    waiting.drop(topic.partitions[3])
    waiting.drop(topic.partitions[3])
    assert waiting.reading(topic.partitions, {topic.partitions[3]}).paused == frozenset()
    assert places(waiting.take(10)) == [(1, 0), (1, 1)]


def test_all_partitions_are_paused_while_memory_is_full() -> None:
    topic, waiting = Topic(), Waiting(100)
    topic.fill(waiting, 0, 100)  # as when requests in flight are given back
    assert waiting.reading(topic.partitions, frozenset()).paused == set(topic.partitions)
    waiting.take(1)
    assert waiting.reading(topic.partitions, frozenset(topic.partitions)).paused == {topic.partitions[0]}


def test_each_batch_has_all_that_has_come_of_quiet_partitions() -> None:
    topic, waiting = Topic(), Waiting()
    topic.fill(waiting, 0, 5_000)
    for number in [1, 2, 3, 4, 5] * 20:
        topic.fill(waiting, number, 3)
        assert Counter(number for number, _ in places(waiting.take(20))) == {0: 17, number: 3}
