"""Choices of the state machine: faults, processes, and moments to kill them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.faults.proxy import Trouble

MOST_PROCESSES = 3

TROUBLES = {
    "latency": st.builds(Trouble, latency=st.sampled_from([0.005, 0.05])),
    "reset": st.just(Trouble(reset=True)),
    "black hole": st.just(Trouble(black_hole=True)),
    "request cut": st.builds(Trouble, cut_request=st.integers(0, 20_000)),
    "answer cut": st.builds(Trouble, cut_answer=st.integers(1, 300)),
    "answer lost": st.just(Trouble(lose_answer=True)),
}
STATUSES: dict[str, dict[str, Any]] = {
    "status 401": {"status": 401},
    "status 408": {"status": 408},
    "status 422": {"status": 422},
    "status 429": {"status": 429, "retry_after": 0},
    "status 500": {"status": 500},
    "status 503": {"status": 503},
    "stored, then status 500": {"status": 500, "after": True},
    "stored, then status 503": {"status": 503, "after": True},
}

SIZES = st.sampled_from(
    [{"flush_at": 20}, {"flush_at": 1, "max_batch_size": 7}, {"flush_at": 200, "max_batch_size": 50}]
)
KINDS = st.sampled_from(["spool", "spool", "spool", "memory"])
POINTS = st.one_of(
    st.tuples(st.just("tracked"), st.integers(0, 300)),
    st.tuples(st.just("up"), st.integers(1, 60_000)),
    st.tuples(st.just("down"), st.integers(1, 2_000)),
)
"""Moment to kill: after so many more events, or so many more bytes to or from the server."""

COUNTS = st.integers(1, 300)
WHO = st.integers(0, MOST_PROCESSES - 1)
