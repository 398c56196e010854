"""Registry of objects that a fork pauses and resets, and the loading that it waits for."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from typing import Any

import pytest

from coobird._http import fork_guard

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]


class Lock:
    """Notes when it is taken and released."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self._name = name
        self._notes = notes

    def acquire(self) -> bool:
        self._notes.append(f"take {self._name}")
        return True

    def release(self) -> None:
        self._notes.append(f"release {self._name}")


class Thing:
    """Notes what happens to it, in a list that things share."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self._name = name
        self._notes = notes
        self._lock = Lock(name, notes)

    def locks_at_fork(self) -> Any:
        return (self._lock,)

    def rest_for_fork(self) -> None:
        self._notes.append(f"rest {self._name}")

    def reset_after_fork(self) -> None:
        self._notes.append(f"reset {self._name}")


def notes_in_child(notes: list[str]) -> list[str]:
    """Fork, and return the notes of the child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, "\n".join(notes).encode())
        os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        found = pipe.read().split("\n")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return found


def test_things_rest_in_order_go_on_in_reverse_and_are_reset_in_the_child_only() -> None:
    notes: list[str] = []
    first, second = Thing("first", notes), Thing("second", notes)
    for thing in (first, second):
        fork_guard.pause_at_fork(thing)
        fork_guard.reset_in_child(thing)
    in_child = notes_in_child(notes)
    both = ["take first", "rest first", "take second", "rest second", "release second", "release first"]
    assert in_child == [*both, "reset first", "reset second"]
    assert notes == both


def test_a_thing_that_is_registered_twice_is_reset_once() -> None:
    notes: list[str] = []
    thing = Thing("thing", notes)
    fork_guard.reset_in_child(thing)
    fork_guard.reset_in_child(thing)
    assert notes_in_child(notes) == ["reset thing"]


def test_the_registry_keeps_nothing_alive() -> None:
    notes: list[str] = []
    thing = Thing("thing", notes)
    fork_guard.pause_at_fork(thing)
    fork_guard.reset_in_child(thing)
    del thing
    gc.collect()
    assert notes_in_child(notes) == [""]


def test_things_that_other_threads_register_meanwhile_do_not_disturb_a_fork() -> None:
    stopping = threading.Event()

    def register() -> None:
        while not stopping.is_set():
            things = [Thing("other", []) for _ in range(50)]
            for thing in things:
                fork_guard.reset_in_child(thing)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=register)
    thread.start()
    try:
        for _ in range(10):
            notes: list[str] = []
            thing = Thing("thing", notes)
            fork_guard.pause_at_fork(thing)
            fork_guard.reset_in_child(thing)
            assert notes_in_child(notes) == ["take thing", "rest thing", "release thing", "reset thing"]
    finally:
        stopping.set()
        thread.join()
        sys.setswitchinterval(before)


def test_a_fork_waits_until_another_thread_has_loaded_and_the_child_can_load() -> None:
    is_loading = threading.Event()
    notes: list[str] = []

    def load() -> None:
        with fork_guard.loading:
            is_loading.set()
            time.sleep(0.05)  # the work of loading; a fork that does not wait comes in the middle of it
            notes.append("loaded")

    class Loading:
        def reset_after_fork(self) -> None:
            with fork_guard.loading:
                notes.append("the child can load")

    loading = Loading()
    fork_guard.reset_in_child(loading)
    thread = threading.Thread(target=load)
    thread.start()
    assert is_loading.wait(20)
    assert notes_in_child(notes) == ["loaded", "the child can load"]
    thread.join()
