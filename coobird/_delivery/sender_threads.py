"""Sender threads: they start when there is work, and send one batch after the other."""

from __future__ import annotations

import threading
from time import monotonic
from weakref import WeakValueDictionary

from coobird._delivery import process_exit
from coobird._http import fork_guard
from coobird._http.interruption import is_from_signal_handler
from coobird._http.stack import FRAMES, require_room

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird._delivery.queue import Batch
    from coobird._delivery.state import State


class SenderThreads:
    """Daemon threads that share the queue of a state."""

    def __init__(
        self,
        state: State,
        *,
        may_start: Callable[[], bool],
        prepare: Callable[[], None],
        deliver: Callable[[Batch], None],
    ) -> None:
        """Start no thread yet.

        Args:
            state: Gives out batches, and knows which threads are senders.
            may_start: False where no thread may run. Does not raise.
            prepare: Called in each thread before its first batch. Does not raise.
            deliver: Sends a batch. Does not raise.
        """
        self._state = state
        self._may_start = may_start
        self._prepare = prepare
        self._deliver = deliver
        self._begin()
        fork_guard.reset_in_child(self)

    def _begin(self) -> None:
        self._threads: WeakValueDictionary[int, threading.Thread] = WeakValueDictionary()

    def reset_after_fork(self) -> None:
        """Forget the threads, in the child of a fork: they do not exist there."""
        self._begin()

    def threads(self) -> list[threading.Thread]:
        """Return the threads that exist."""
        return list(fork_guard.alive(self._threads))

    def wake(self, *, to_wait: bool = False) -> None:
        """Wake a waiting sender, or start one, if there is work for it.

        Args:
            to_wait: True if a sender is to wait for the time of a line of the log, or of upkeep,
                though there may be no events.
        """
        self._state.wake(self.start, to_wait=to_wait)

    def join(self, deadline: float) -> None:
        """Wait for the end of the threads, which have nothing left to do.

        A thread that is stuck in a request is left behind: it is a daemon.
        """
        for thread in self.threads():
            # The caller may be one of them: a sender calls `on_error` once more at its end.
            if thread is not threading.current_thread():
                thread.join(max(0.0, min(deadline - monotonic(), 1.0)))

    def start(self) -> int | None:
        """Start a sender, and return its identifier; `None` if no thread can start.

        The lock of the state is held meanwhile.

        Raises:
            RecursionError: So few calls are left that it could not be recorded.
        """
        if not self._may_start():
            return None
        require_room(FRAMES)
        try:
            process_exit.watch_process()
        except Exception as error:  # a module that is only half imported yet; the next start will do
            if is_from_signal_handler(error):
                raise
        arguments = (self._state.generation,)
        try:
            thread = threading.Thread(target=self._run, args=arguments, name="coobird-sender", daemon=True)
            thread.start()
        except Exception as error:  # mostly a RuntimeError, but `threading` may be patched
            if is_from_signal_handler(error):
                raise  # if the thread has started, it makes itself known
            # The interpreter is ending, there are too many threads, or this is an isolated
            # subinterpreter, which has no daemon threads. Then `flush` and `shutdown` send in the
            # thread that calls them, and the next event tries again.
            return None
        self._threads[id(thread)] = thread
        return thread.ident

    def _run(self, generation: int) -> None:
        state = self._state
        try:
            # A thread that only looks after the spool loads nothing.
            if state.wait_for_events(generation):
                self._prepare()
            while (batch := state.next_batch(generation, self.start)) is not None:
                self._deliver(batch)
        finally:
            state.leave()
        state.report_losses()
        if state.is_finished:
            state.upkeep.close(is_idle=not state.has_senders)
            state.end_log()
