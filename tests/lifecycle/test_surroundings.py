"""`track` in a process that lacks something: a thread, a descriptor, a module, a lock."""

from __future__ import annotations

import pytest

from tests.support.programs import missing

WITHOUT_DESCRIPTORS = """
    import os, resource
    from tests.support.child import new_client, track
    client = new_client(flush_interval=0.05, on_error=lambda error: print("REPORTED", error))
    resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))
    held = []
    try:
        while True:
            held.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        pass
    values = {{"n": 1}}
    client.track_task(customer_id="c", agent_id="a", event_id="own-0", attributes=values)
    values["n"] = 2
    track(client, 20)
    {meanwhile}
    for descriptor in held:
        os.close(descriptor)
    {ending}
"""


@pytest.mark.parametrize("meanwhile", ["pass", "client.flush(0.5)"])
@pytest.mark.parametrize("ending", ["client.flush()", "client.shutdown()", "del client", "pass"])
def test_first_events_without_a_free_descriptor_arrive_later(meanwhile, ending, ingest, programs) -> None:
    program = WITHOUT_DESCRIPTORS.format(meanwhile=meanwhile, ending=ending)
    result = programs.run(program, quiet=False)
    assert not missing(ingest, "event", 20) | missing(ingest, "own", 1)
    assert ingest.stored["own-0"]["attributes"] == {"n": 1}
    assert "cannot be encoded" not in result.stdout


def test_events_whose_encoder_never_loads_are_rejected_and_reported_at_the_end(ingest, programs) -> None:
    result = programs.run(
        """
        import sys
        from tests.support.child import new_client, track
        client = new_client(on_error=lambda error: print("REPORTED", error))
        for name in [name for name in sys.modules if name.startswith("coobird._encoding.event")]:
            del sys.modules[name]
        sys.modules["coobird._encoding.event"] = None  # its import fails, as after a removal of the file
        track(client, 3)
        print(client.flush(), client.stats().tracked)
        client.shutdown()
        print(client.stats().rejected)
        """,
        quiet=False,
    )
    lines = result.stdout.splitlines()
    assert lines[0] == "None 0"
    assert [line for line in lines if "ModuleNotFoundError" in line] == lines[1:4]
    assert lines[-1] == "3"


def test_a_sender_that_cannot_load_its_modules_loses_no_batch(ingest, programs) -> None:
    programs.run(
        """
        import sys, time
        from tests.support.child import new_client, track
        client = new_client(flush_at=1)
        sys.modules["coobird._delivery.batch_sender"] = None
        track(client, 3)
        client.flush(0.5)
        del sys.modules["coobird._delivery.batch_sender"]
        client.flush()
        print(client.stats().delivered)
        """,
        quiet=False,
    )
    assert not missing(ingest, "event", 3)


def test_a_thread_that_cannot_start_is_tried_again_with_the_next_event(ingest, programs) -> None:
    result = programs.run(
        """
        import threading
        from tests.support.child import new_client, track
        start, failures = threading.Thread.start, 3
        def fail(thread):
            global failures
            if thread.name == "coobird-sender" and failures:
                failures -= 1
                raise RuntimeError("can't start new thread")
            start(thread)
        threading.Thread.start = fail
        client = new_client(flush_interval=0.05)
        track(client, 4)
        while client.stats().delivered < 4:
            pass
        print(failures)
        """
    )
    assert result.stdout.strip() == "0"


@pytest.mark.parametrize("ending", ["client.flush()", "client.shutdown()", "pass"])
def test_a_program_without_any_thread_delivers(ending, ingest, programs) -> None:
    programs.run(
        f"""
        import threading, _thread
        from tests.support.child import new_client, track
        def refuse(*_, **__): raise RuntimeError("can't start new thread")
        threading._start_new_thread = _thread.start_new_thread = refuse
        client = new_client(flush_at=1)
        track(client, 250)
        {ending}
        """
    )
    assert not missing(ingest, "event", 250)


def test_track_does_not_raise_for_a_lock_that_was_patched(programs) -> None:
    result = programs.run(
        """
        import threading
        from tests.support.child import new_client, track
        errors = []
        client = new_client(flush_at=1, on_error=errors.append)
        class Broken:
            def __getattr__(self, name): raise RuntimeError("patched")
        threading.RLock = Broken
        track(client, 3)
        import _thread; threading.RLock = _thread.RLock
        client.flush()
        print(client.stats().delivered)
        """,
        quiet=False,
    )
    assert result.stdout.strip() == "3"
