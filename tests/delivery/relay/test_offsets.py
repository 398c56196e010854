"""Progress in partitions: only an unbroken row of settled messages is committed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird._delivery.relay.offsets import Partition, start_at


@given(st.lists(st.integers(1, 3), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_nothing_before_a_committed_offset_is_open(gaps: list[int], random: object) -> None:
    partition, offsets, offset = Partition(0), [], 0
    for gap in gaps:
        offset += gap
        offsets.append(offset)
        partition.read(offset, 0.0)
    order = list(offsets)
    random.shuffle(order)  # type: ignore[attr-defined]
    settled: set[int] = set()
    committed = 0
    for each in order:
        partition.settle(each)
        settled.add(each)
        found = partition.commit()
        if found is not None:
            assert found > committed
            committed = found
        assert all(other in settled for other in offsets if other < committed)
        assert all(partition.is_open(other) is (other not in settled) for other in offsets if other >= committed)
    assert committed == offsets[-1] + 1 == partition.next_offset
    assert partition.first_open is None
    assert partition.commit() is None


def test_the_first_open_message_is_the_oldest_that_is_not_settled() -> None:
    partition = Partition(3)
    for offset in range(3):
        partition.read(offset, 100.0 + offset)
    partition.settle(0)
    assert partition.commit() == 1
    assert partition.first_open == (1, 101.0)


@pytest.mark.parametrize(
    ("committed", "low", "high", "offset", "words"),
    [
        (5, 0, 10, 5, ""),
        (10, 0, 10, 10, ""),
        (5, 8, 10, 8, "3 events are lost"),
        (50, 0, 10, 0, "made anew"),
    ],
)
def test_what_the_broker_no_longer_has_is_told(committed, low, high, offset, words) -> None:
    start = start_at(committed, low, high, "topic/0")
    assert start.offset == offset
    assert words in start.problem
    assert bool(words) is bool(start.problem)
