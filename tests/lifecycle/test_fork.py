"""Forks of a process with a client: each event is sent once, by the process that tracked it."""

from __future__ import annotations

import signal

import pytest

from tests.support.ingest import hold, problem, wait_until
from tests.support.loopback import Answer
from tests.support.programs import missing, sent_twice

FORK = """
    import os, sys
    from tests.support.child import new_client, track
    client = new_client()
    {before}
    track(client, 100, "parent")
    pid = os.fork()
    if pid == 0:
        track(client, 100, "child")
        {ending}
    assert os.waitpid(pid, 0)[1] == 0
"""


@pytest.mark.parametrize("before", ["", "track(client, 1); client.flush()"], ids=["unused", "used"])
@pytest.mark.parametrize("ending", ["client.flush(); os._exit(0)", "client.shutdown(); os._exit(0)", "sys.exit(0)"])
def test_parent_and_child_each_send_their_own(before, ending, ingest, slow_answers, each_python):
    each_python.run(FORK.format(before=before, ending=ending), quiet=False)
    assert not missing(ingest, "parent", 100) | missing(ingest, "child", 100)
    assert not sent_twice(ingest)


def test_a_child_starts_with_counts_of_zero(programs):
    result = programs.run(
        """
        import os
        from tests.support.child import new_client, track
        client = new_client(flush_at=1000)
        track(client, 100)
        pid = os.fork()
        if pid == 0:
            print(client.stats().tracked, client.stats().queued, flush=True)
            os._exit(0)
        os.waitpid(pid, 0)
        """,
        quiet=False,
    )
    assert result.stdout.split() == ["0", "0"]


BUSY = """
    import os, threading
    from tests.support.child import new_client, track
    client = new_client(flush_at=1, max_batch_size=50)
    BEFORE
    stopping = threading.Event()
    def busy(name):
        count = 0
        while not stopping.wait(0.002):
            track(client, 10, f"{name}-{count}")
            client.register({"n": count})
            client.stats()
            count += 1
    threads = [threading.Thread(target=busy, args=(f"busy{n}",)) for n in range(3)]
    for thread in threads: thread.start()
    for number in range(25):
        pid = os.fork()
        if pid == 0:
            track(client, 2, f"child{number}")
            client.flush()
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
    stopping.set()
    for thread in threads: thread.join()
"""


@pytest.mark.parametrize("before", ["", "track(client, 1); client.flush()"], ids=["unused", "used"])
def test_forks_of_a_client_in_busy_use_hang_no_child_and_lose_nothing(before, ingest, each_python):
    each_python.run(
        BUSY.replace("BEFORE", before),
        quiet=False,
    )
    for number in range(25):
        assert not missing(ingest, f"child{number}", 2)
    assert not sent_twice(ingest)


def test_a_fork_while_a_batch_is_on_its_way_sends_it_once(ingest, programs):
    release = hold(ingest)
    source = """
        import os, sys
        from tests.support.child import new_client, track
        client = new_client()
        track(client, 100, "parent")
        while client.stats().in_flight == 0:
            pass
        pid = os.fork()
        if pid == 0:
            track(client, 5, "child")
            sys.exit(0)
        assert os.waitpid(pid, 0)[1] == 0
    """
    with programs.start(str(programs.write(source))) as process:
        wait_until(lambda: "child-0" in ingest.stored and "parent-0" in ingest.stored, "both are at the server")
        release.set()
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert not missing(ingest, "parent", 100) | missing(ingest, "child", 5)
    assert not sent_twice(ingest)


def test_a_grandchild_sends_its_own(ingest, programs):
    programs.run(
        """
        import os, sys
        from tests.support.child import new_client, track
        client = new_client()
        track(client, 10, "parent")
        pid = os.fork()
        name = "child"
        if pid == 0:
            pid = os.fork()
            if pid == 0:
                name = "grandchild"
            track(client, 10, name)
        if pid:
            assert os.waitpid(pid, 0)[1] == 0
        """,
        quiet=False,
    )
    for name in ("parent", "child", "grandchild"):
        assert not missing(ingest, name, 10)
    assert not sent_twice(ingest)


def test_a_child_of_a_client_that_was_shut_down_reports_its_events(programs):
    result = programs.run(
        """
        import os
        from tests.support.child import new_client, track
        client = new_client(on_error=lambda error: print("reported", error.count, flush=True))
        client.shutdown()
        pid = os.fork()
        if pid == 0:
            track(client, 1)
            os._exit(0)
        os.waitpid(pid, 0)
        """,
        quiet=False,
    )
    assert result.stdout.split() == ["reported", "1"]


def test_a_callback_may_fork_and_the_child_sends_nothing_of_the_parents(ingest, programs):
    ingest.next(problem(422))
    result = programs.run(
        """
        import os
        from tests.support.child import new_client, track
        parent = os.getpid()
        children = []
        def fork(error):
            if os.getpid() == parent:
                children.append(os.fork())
        client = new_client(on_error=fork)
        track(client, 1, "refused")
        client.flush()
        track(client, 10)
        client.flush()
        assert os.waitpid(children[0], 0)[1] == 0
        print(len(children))
        """,
        quiet=False,
    )
    assert (result.stdout, "Traceback" in result.stderr) == ("1\n", False), result.stderr
    assert not missing(ingest, "event", 10)
    assert not sent_twice(ingest)


MULTIPROCESSING = """
    import multiprocessing
    from tests.support.child import new_client, track
    client = new_client()

    def work(number):
        track(client, 100, f"child{{number}}")

    if __name__ == "__main__":
        context = multiprocessing.get_context("{method}")
        track(client, 100, "parent")
        children = [context.Process(target=work, args=(number,)) for number in range(3)]
        for child in children: child.start()
        for child in children: child.join()
        assert [child.exitcode for child in children] == [0, 0, 0]
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_children_that_return_normally_deliver(method, ingest, slow_answers, each_python):
    each_python.run(MULTIPROCESSING.format(method=method), quiet=False)
    for name in ("parent", "child0", "child1", "child2"):
        assert not missing(ingest, name, 100), name
    assert not sent_twice(ingest)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_client_made_inside_a_multiprocessing_child_delivers(method, ingest, each_python):
    source = MULTIPROCESSING.replace("track(client, 100, f", "track(new_client(), 100, f")
    each_python.run(source.format(method=method), quiet=False)
    for name in ("parent", "child0", "child1", "child2"):
        assert not missing(ingest, name, 100), name


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_what_is_tracked_just_before_the_last_delivery_arrives_from_parent_and_child(method, ingest, each_python):
    each_python.run(
        f"""
        import multiprocessing, os
        from coobird import before_last_delivery
        from tests.support.child import new_client, track

        def begin(name):
            clients = [new_client()]
            process = os.getpid()

            def end():
                if clients and os.getpid() == process:
                    track(clients.pop(), 3, name)

            before_last_delivery(end)

        if __name__ == "__main__":
            begin("parent")
            child = multiprocessing.get_context("{method}").Process(target=begin, args=("child",))
            child.start()
            child.join()
        """
    )
    assert not missing(ingest, "parent", 3)
    assert not missing(ingest, "child", 3)
    assert not sent_twice(ingest)


def test_a_multiprocessing_child_that_fails_delivers(ingest, programs):
    programs.run(
        """
        import multiprocessing
        from tests.support.child import new_client, track
        client = new_client()

        def work():
            track(client, 100, "child")
            raise ValueError("mine")

        if __name__ == "__main__":
            child = multiprocessing.get_context("fork").Process(target=work)
            child.start()
            child.join()
            assert child.exitcode == 1
        """,
        quiet=False,
    )
    assert not missing(ingest, "child", 100)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_of_a_process_pool_executor_deliver(method, ingest, each_python):
    each_python.run(
        f"""
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor
        from tests.support.child import new_client, track
        client = new_client()

        def work(number):
            track(client, 10, f"job{{number}}")

        if __name__ == "__main__":
            with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("{method}")) as pool:
                list(pool.map(work, range(20)))
        """,
        quiet=False,
    )
    for number in range(20):
        assert not missing(ingest, f"job{number}", 10)
    assert not sent_twice(ingest)


def test_a_multiprocessing_child_with_the_server_down_ends_by_itself(ingest, programs):
    ingest.otherwise = Answer(reset=True)
    programs.run(
        """
        import multiprocessing
        from tests.support.child import new_client, track
        client = new_client(shutdown_timeout=1, max_retries=100_000)

        def work():
            track(client, 100, "child")

        if __name__ == "__main__":
            child = multiprocessing.get_context("fork").Process(target=work)
            child.start()
            child.join()
            assert child.exitcode == 0
        """,
        quiet=False,
    )


SIGNAL_IN_A_FORK = """
    import os, signal, sys
    import coobird
    from coobird._http import fork_guard
    from tests.support.child import new_client, track

    client = new_client(flush_at=1000, spool={spool})
    track(client, 1, "warm")
    client.flush()
    track(client, 20, "before")

    class Interrupted:
        def locks_at_fork(self):
            return ()

        def rest_for_fork(self):
            signal.raise_signal(signal.SIGTERM)

    def fork():
        interrupted = Interrupted()
        fork_guard.pause_at_fork(interrupted)
        child = os.fork()
        if child == 0:
            # SQLite cannot be carried over a fork.
            folder = "/proc/self/fd/"
            opened = [os.path.realpath(folder + number) for number in os.listdir(folder) if sys.platform == "linux"]
            os._exit(any(path.endswith("/events.db-wal") for path in opened))
        assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.parametrize("spool", ["None", "'events.db'"], ids=["memory", "spool"])
def test_a_signal_in_the_middle_of_a_fork_delivers_and_ends_the_process(spool, ingest, programs):
    programs.run(
        SIGNAL_IN_A_FORK.format(spool=spool)
        + """
    coobird.flush_on_signals()
    fork()
    signal.pause()
    """,
        code=-signal.SIGTERM,
    )
    assert not missing(ingest, "before", 20)
    assert not sent_twice(ingest)


@pytest.mark.parametrize("spool", ["None", "'events.db'"], ids=["memory", "spool"])
def test_a_signal_handler_that_uses_the_client_in_the_middle_of_a_fork_waits_for_nothing(spool, ingest, programs):
    programs.run(
        SIGNAL_IN_A_FORK.format(spool=spool)
        + """
    def handler(*_):
        track(client, 3, "handler")
        client.flush(timeout=20)
        client.stats()

    signal.signal(signal.SIGTERM, handler)
    fork()
    client.flush()
    assert client.stats().delivered == 24
    """
    )
    assert not missing(ingest, "before", 20) | missing(ingest, "handler", 3)
    assert not sent_twice(ingest)


def test_a_signal_handler_that_raises_anywhere_in_a_fork_leaves_no_lock_held(ingest, programs):
    """Python ignores the exception there, and forks all the same."""
    result = programs.run(
        """
        import os, sys, threading
        from itertools import count
        from tests.support.child import new_client, track
        from tests.support.interrupts import Interrupt

        sys.unraisablehook = lambda _: None
        client = new_client(flush_at=1, spool="events.db", shutdown_timeout=20)
        track(client, 1, "warm")
        assert client.flush()

        def is_delivered(name):
            # In another thread: it has to take the locks that the fork has taken.
            done = threading.Event()
            threading.Thread(target=lambda: (track(client, 1, name), client.flush(), done.set()), daemon=True).start()
            return done.wait(20)

        for number in count():
            interrupt, children = Interrupt(number, KeyboardInterrupt()), []

            def fork():
                child = os.fork()
                if not child:
                    sys.settrace(None)
                    os._exit(0 if is_delivered(f"child-{number}") else 1)
                children.append(child)

            interrupt.call(fork)
            is_free = os.waitpid(children[0], 0)[1] == 0 and is_delivered(f"parent-{number}")
            if interrupt.place is None or not is_free:
                break
        print(number, interrupt.place)
        os._exit(0)
        """
    )
    number, place = result.stdout.split(maxsplit=1)
    assert place == "None\n", f"hangs after an exception at {place}"
    assert int(number) > 50
    for each in range(int(number)):
        assert not missing(ingest, f"child-{each}", 1) | missing(ingest, f"parent-{each}", 1)
    assert not sent_twice(ingest)
