"""Forks by C code without Python's hooks, and interpreters that have no daemon threads."""

from __future__ import annotations

import json

import pytest

from tests.support.programs import missing, sent_twice

C_FORK = """
    import ctypes, json, os, sys
    from tests.support.child import new_client, track
    client = new_client(flush_interval=0)
    client.track_task_immediate(customer_id="c", agent_id="a", event_id="before-0")
    # PyDLL keeps the GIL, so that no other thread of this process runs during the fork.
    pid = ctypes.PyDLL(None).fork()
    name = "parent" if pid else "child"
    {use}
    if not pid:
        {ending}
    assert os.waitpid(pid, 0)[1] == 0
"""


@pytest.mark.parametrize("ending", ["client.flush(); os._exit(0)", "client.shutdown(); os._exit(0)", "sys.exit(0)"])
def test_a_fork_by_c_code_shares_neither_events_nor_threads(ending, ingest, programs) -> None:
    programs.run(C_FORK.format(use="track(client, 50, name)", ending=ending), quiet=False)
    assert not missing(ingest, "before", 1) | missing(ingest, "parent", 50) | missing(ingest, "child", 50)
    assert not sent_twice(ingest)


@pytest.mark.parametrize("fork", ["os.fork()", "ctypes.PyDLL(None).fork()"])
def test_no_two_processes_draw_the_same_event_id(fork, ingest, programs) -> None:
    programs.run(
        f"""
        import ctypes, os, sys
        from tests.support.child import new_client
        client = new_client(flush_interval=0, max_queue_size=5_000)
        # In this thread: while another one waits for the GIL, such a fork stops Python itself.
        client.track_task_immediate(customer_id="before", agent_id="a")
        pid = {fork}
        # More than a process draws ahead.
        for _ in range(500):
            client.track_task(customer_id="parent" if pid else "child", agent_id="a")
        if pid:
            assert os.waitpid(pid, 0)[1] == 0
        sys.exit(0)
        """,
        quiet=False,
    )
    payers = [event["customer_id"] for event in ingest.stored.values()]
    assert [payers.count(payer) for payer in ("before", "parent", "child")] == [1, 500, 500]


def test_ids_are_new_in_a_child_in_which_nothing_was_reset(programs) -> None:
    """The last line of defence: ids that are drawn before any other code of the package runs."""
    result = programs.run(
        """
        import ctypes, os
        from coobird._encoding.event_ids import new_event_id
        new_event_id()
        reader, writer = os.pipe()
        if not (pid := ctypes.PyDLL(None).fork()):
            os.write(writer, b",".join(new_event_id() for _ in range(20)))
            os._exit(0)
        os.waitpid(pid, 0)
        child = set(os.read(reader, 65536).split(b","))
        parent = {new_event_id() for _ in range(20)}
        print(len(child), len(parent), len(child | parent))
        """
    )
    assert result.stdout.split() == ["20", "20", "40"]


def test_ids_are_new_where_memory_cannot_be_wiped_by_a_fork(programs) -> None:
    result = programs.run(
        """
        import ctypes, mmap, os
        del mmap.MAP_ANONYMOUS  # as if the system had no such memory
        from coobird._encoding.event_ids import new_event_id
        new_event_id()
        if not (pid := ctypes.PyDLL(None).fork()):
            print(new_event_id().decode(), flush=True)
            os._exit(0)
        os.waitpid(pid, 0)
        print(new_event_id().decode())
        """
    )
    assert len(set(result.stdout.split())) == 2


ISOLATED = """
import json, sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
code = '''
import json, sys
sys.path[:0] = PATHS
from coobird import Coomon
client = Coomon("sk_test_1", host="URL", flush_interval=0)
for number in range(30):
    client.track_task(customer_id="c", agent_id="a", event_id=f"event-{number}")
ENDING
print(json.dumps(client.stats()[:4]), flush=True)
'''.replace("PATHS", repr(sys.path))
if hasattr(interpreters, "new_config"):
    interpreter = interpreters.create("isolated")
    problem = interpreters.exec(interpreter, code)
    assert problem is None, problem
else:
    interpreter = interpreters.create(isolated=True)
    interpreters.run_string(interpreter, code)
interpreters.destroy(interpreter)
"""


@pytest.mark.parametrize("ending", ["client.flush()", "client.shutdown()", ""])
def test_an_isolated_subinterpreter_delivers(ending, ingest, server, each_python) -> None:
    probe = "import sys; print(sys.version_info >= (3, 12))"
    if each_python.run(probe).stdout.strip() != "True":
        pytest.skip("isolated subinterpreters came with Python 3.12")
    # Python 3.12 crashes when it destroys an interpreter that has imported `ssl`, also without us.
    result = each_python.run(ISOLATED.replace("URL", server.url).replace("ENDING", ending), code=None, quiet=False)
    assert not missing(ingest, "event", 30)
    assert json.loads(result.stdout)[0] == 30
