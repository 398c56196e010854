"""Order of waiting events, compared with a plain list of them."""

from __future__ import annotations

from collections import deque
from contextlib import nullcontext
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from coobird._delivery.spool import format as form
from coobird._delivery.spool.order import IdRange, Order

STEPS = st.lists(st.sampled_from(["store", "keep", "adopt", "read", "read", "vanish"]), max_size=60)


@given(STEPS, st.integers(1, 4))
def test_every_event_comes_out_once_in_order_or_is_counted_as_missing(steps, limit):
    order, disk, expected, out = Order(nullcontext()), {}, [], []
    own, lane, missing = iter(range(form.first_id(1), form.first_id(2))), 1, 0
    for step in steps:
        if step == "store":
            event_id = next(own)
            disk[event_id] = event_id
            order.stored(event_id)
            expected.append(event_id)
        elif step == "keep":
            event = b"%d" % len(expected)
            order.kept(event)
            expected.append(event)
        elif step == "adopt":
            lane += 1
            ids = [form.first_id(lane) + number for number in (0, 1, 5, 7)]
            disk.update({event_id: event_id for event_id in ids})
            order.adopted(lane, len(ids))
            expected += ids
        elif step == "vanish" and disk:
            expected.remove(min(disk))
            del disk[min(disk)]
            missing += 1
        elif step == "read":
            out += read(order, disk, limit)
        assert order.count - len(out) == len(expected) - len(out) + missing - order.missing
    while found := read(order, disk, limit):
        out += found
    assert out == expected
    assert order.missing == missing
    assert order.in_memory == 0


def read(order, disk, limit):
    page = deque()
    while not page and (head := order.head()) is not None:
        if not isinstance(head, IdRange):
            order.took_kept(head, page)
            break
        last = head.last
        ids = sorted(event_id for event_id in disk if head.first <= event_id <= last)[:limit]
        order.took(head, ids[-1] if len(ids) == limit else last, ids, page)
        for event_id in ids:
            del disk[event_id]
    return [*page]


def test_an_event_that_a_signal_handler_stores_in_between_loses_none():
    order = Order(nullcontext())
    order.stored(8)  # by the handler
    order.stored(7)  # by the thread that it interrupted
    order.stored(9)
    disk = {event_id: event_id for event_id in (7, 8, 9)}
    assert sorted(read(order, disk, 1) + read(order, disk, 1) + read(order, disk, 1)) == [7, 8, 9]
    assert (order.missing, disk) == (0, {})


@given(st.sets(st.integers(1, 60)))
def test_ranges_of_ids_hold_these_ids_and_no_others(ids):
    ranges = list(form.runs(ids))
    assert [event_id for first, last in ranges for event_id in range(first, last + 1)] == sorted(ids)
    assert all(later - last > 1 for (_, last), (later, _) in pairwise(ranges))


@given(st.integers(0, 10_000), st.integers(64, 10_000))
def test_what_is_to_be_freed_brings_the_file_below_its_limit(used, limit):
    freed = form.bytes_to_free(used, limit)
    assert used - freed <= limit
    assert bool(freed) == (used > limit)
