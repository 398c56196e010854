"""`track` in a process that lacks something: a thread, a descriptor, a module, a lock."""

from __future__ import annotations

import pytest

from tests.support.programs import missing

WITHOUT_DESCRIPTORS = """
    import os
    from tests.support.child import new_client, track
    from tests.support.limits import take_descriptors
    client = new_client(flush_interval=0.05, on_error=lambda error: print("REPORTED", error))
    held = take_descriptors()
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


def test_attributes_that_are_registered_without_a_free_descriptor_are_those_of_later_events(ingest, programs) -> None:
    meanwhile = """
    client.register({{"region": "eu", "tier": "a"}})
    client.track_task(customer_id="c", agent_id="a", event_id="own-1")
    client.register({{"region": 1j}})
    client.unregister("tier")
    client.track_task(customer_id="c", agent_id="a", event_id="own-2")
    """
    ending = 'client.track_task(customer_id="c", agent_id="a", event_id="own-3"); client.shutdown()'
    program = WITHOUT_DESCRIPTORS.replace("{meanwhile}", meanwhile).format(ending=ending)
    result = programs.run(program, quiet=False)
    attributes = {event_id: event.get("attributes") for event_id, event in ingest.stored.items()}
    assert attributes["own-0"] == {"n": 1}
    assert attributes["own-1"] == {"region": "eu", "tier": "a"}
    assert attributes["own-2"] == attributes["own-3"] == {"region": "eu"}
    assert "REPORTED" in result.stdout


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
    assert lines[0] == "None 3"
    assert [line for line in lines if "ModuleNotFoundError" in line] == lines[1:4]
    assert lines[-1] == "3"


@pytest.mark.parametrize("error", ["AttributeError", "KeyError", "RuntimeError", "MemoryError"])
def test_an_event_waits_for_the_encoder_whatever_keeps_it_from_loading(error, ingest, programs) -> None:
    programs.run(
        f"""
        import builtins
        from tests.support.child import new_client, track
        load = builtins.__import__
        def fail(name, *arguments):
            if name == "coobird._encoding.event":
                raise {error}("an import hook")
            return load(name, *arguments)
        client = new_client()
        builtins.__import__ = fail
        track(client, 3)
        client.flush(0.1)
        assert client.stats()[:3] == (3, 0, 3), client.stats()
        builtins.__import__ = load
        client.shutdown()
        """
    )
    assert not missing(ingest, "event", 3)


@pytest.mark.parametrize("module", ["event", "event_ids", "json_text"])
def test_a_signal_handler_that_tracks_while_the_encoder_loads_loses_no_event(module, ingest, programs) -> None:
    programs.run(
        f"""
        import signal, sys
        from tests.support.child import new_client, track
        client = new_client()
        signal.signal(signal.SIGUSR1, lambda *_: track(client, 2, "handler"))
        calls = []
        def interrupt(frame, event, argument):
            if "call" in event and frame.f_code.co_filename.endswith("/coobird/_encoding/{module}.py"):
                calls.append(event)
                if len(calls) == 2:  # the first one is the module itself, which has begun to run
                    sys.setprofile(None)
                    signal.raise_signal(signal.SIGUSR1)
        sys.setprofile(interrupt)
        track(client, 2, "main")
        assert sys.getprofile() is None
        client.shutdown()
        """
    )
    assert not missing(ingest, "main", 2) | missing(ingest, "handler", 2)


def test_an_event_that_a_destructor_tracks_at_the_very_end_is_counted_and_logged(programs) -> None:
    result = programs.run(
        """
        import sys
        from tests.support.child import new_client, track
        client = new_client()
        class Late:
            def __del__(self, client=client, track=track):
                track(client, 1)
                print(client.stats().dropped_by_reason)
        sys.modules["late"] = Late()
        track(client, 1, "early")
        """,
        quiet=False,
    )
    assert result.stdout.strip() == "{'after_shutdown': 1}"
    assert result.stderr.startswith("1 event was dropped: tracked after shutdown"), result.stderr


@pytest.mark.parametrize("ending", ["pass", "client.shutdown()", "del client"])
def test_a_program_that_closes_all_descriptors_ends_without_an_error_and_delivers(ending, ingest, programs) -> None:
    programs.run(
        f"""
        import os
        from tests.support.child import new_client, track
        client, other = new_client(), new_client()
        track(client, 1)
        client.flush()
        track(other, 2, "other")
        os.closerange(3, 256)
        {ending}
        """
    )
    assert not missing(ingest, "event", 1) | missing(ingest, "other", 2)


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


FIRST_CALL = """
    import os, sys
    from tests.support.child import KEY, URL, new_client, track
    from tests.support.limits import take_descriptors
    from coobird import AsyncCoomon, CoobirdError, Coomon
    reported = []
    client = {client}
    held = take_descriptors()
    import_path, sys.meta_path = sys.meta_path, [] if {is_closed} else sys.meta_path
    result = {call}
    sys.meta_path = import_path
    for descriptor in held:
        os.close(descriptor)
    track(client, 3)
    {ending}
    print(client.stats().tracked - client.stats().delivered, result)
"""

CLIENTS = {
    "memory": ("new_client(on_error=reported.append)", "client.flush()"),
    "spool": ('new_client(on_error=reported.append, spool="usage.db")', "client.flush()"),
    "async": (
        "AsyncCoomon(KEY, host=URL, flush_interval=0, on_error=reported.append)",
        "import asyncio; asyncio.run(client.flush())",
    ),
}

FIRST_CALLS = [
    "client.stats().tracked",
    "client.current_run()",
    "client.run(customer_id='c').__enter__()",
    "client.with_options(max_retries=1, request_timeout=5)",
    "client.with_options(headers={'X-Gateway': '1'})",
    "client.unregister('region')",
    "client.report(CoobirdError('one')) or [str(error) for error in reported]",
    "repr(client)",
]

WAITING_CALLS = ["client.flush()", "client.flush(0.2)"]


@pytest.mark.parametrize("is_closed", [False, True], ids=["no descriptor", "no import"])
@pytest.mark.parametrize(
    ("kind", "call"),
    # Not `flush` of the async client: an event loop needs descriptors itself.
    [
        (kind, call)
        for kind in CLIENTS
        for call in [*FIRST_CALLS, *WAITING_CALLS]
        if kind != "async" or "flush" not in call
    ],
)
def test_no_method_raises_at_its_first_call_because_nothing_can_be_loaded(
    kind, call, is_closed, ingest, programs
) -> None:
    client, ending = CLIENTS[kind]
    result = programs.run(FIRST_CALL.format(client=client, ending=ending, call=call, is_closed=is_closed), quiet=False)
    assert result.stdout.startswith("0 "), result.stdout
    assert not missing(ingest, "event", 3)


@pytest.mark.parametrize("kind", ["memory", "spool"])
def test_a_first_shutdown_without_a_free_descriptor_ends_the_client(kind, programs) -> None:
    client, _ = CLIENTS[kind]
    result = programs.run(
        FIRST_CALL.format(client=client, ending="", call="client.shutdown()", is_closed=False), quiet=False
    )
    assert result.stdout == "3 None\n"


def test_a_first_log_line_without_a_free_descriptor_is_written(programs) -> None:
    program = FIRST_CALL.format(
        client="new_client()",
        ending="",
        call="client.shutdown() or track(client, 2) or client.shutdown()",
        is_closed=False,
    )
    result = programs.run(
        program.replace("    result =", "    assert 'logging' not in sys.modules\n    result ="), quiet=False
    )
    assert "2 events were dropped" in result.stderr or result.stderr.count("1 event was dropped") == 2


@pytest.mark.parametrize("kind", ["memory", "spool"])
def test_a_first_outage_without_a_free_descriptor_is_reported_and_outlasted(kind, ingest, programs) -> None:
    """No connection can be opened, and no module that says so is loaded."""
    client, _ = CLIENTS[kind]
    result = programs.run(
        f"""
        import os, time
        from tests.support.child import new_client, track
        from tests.support.limits import take_descriptors
        reported = []
        client = {client}
        track(client, 1, "before")
        client.flush()
        client._pool.close()
        held = take_descriptors()
        track(client, 20)
        while "OutageError" not in [type(error).__name__ for error in reported]:
            client.flush(0.1)
        for descriptor in held:
            os.close(descriptor)
        client.flush()
        print(*(type(error).__name__ for error in reported if "flush() stopped" not in str(error)))
        print(client.stats().dropped)
        """,
        quiet=False,
    )
    assert not missing(ingest, "event", 20)
    assert "DroppedEventsError" not in result.stdout
    assert result.stdout.splitlines()[-1] == "0"


def test_the_first_event_is_delivered_however_deep_it_is_tracked(ingest, programs) -> None:
    """In a process of its own for each depth, which still has to load the encoder."""
    programs.run(
        """
        import os
        from tests.support.child import new_client
        from tests.support.limits import call_with_left
        client = new_client()
        for left in range(12, 171, 14):
            if os.fork() == 0:
                event = {"customer_id": "c", "agent_id": "a", "event_id": f"event-{left}"}
                call_with_left(left, lambda: client.track_task(**event))
                client.flush()
                os._exit(client.stats().delivered != 1)
            assert os.wait()[1] == 0, left
        """,
        quiet=False,
    )
    assert set(ingest.stored) == {f"event-{left}" for left in range(12, 171, 14)}
