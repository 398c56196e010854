"""`importlib.reload` of our modules, as notebooks and development servers do: clients
made before it go on delivering.
"""

from __future__ import annotations

import signal

import pytest

from tests.support.programs import missing, sent_twice

RELOADED = [
    "coobird._delivery.process_exit",
    "coobird._delivery.signals",
    "coobird._http.answer",
    "coobird._http.fork_guard",
    "coobird._http.pool",
    "coobird_api.types",
    "coobird",
    "*",
]

RELOAD = """
    import coobird, importlib, os, signal, sys
    from coobird._delivery import signals
    from coobird._http import session  # brings all that a sender loads
    from tests.support.child import new_client, track

    def reload():
        ours = [name for name in list(sys.modules) if name.partition(".")[0] in ("coobird", "coobird_api")]
        for name in ours if "{module}" == "*" else ["{module}"]:
            importlib.reload(sys.modules[name])
"""


@pytest.mark.parametrize("module", RELOADED)
def test_a_client_made_before_a_reload_delivers_at_the_end_of_the_process(module, ingest, programs):
    programs.run(
        RELOAD.format(module=module)
        + """
    client = new_client(flush_at=1000)
    track(client, 1, "warm")
    client.flush()
    track(client, 50, "before")
    reload()
    track(client, 50, "after")
    """
    )
    assert not missing(ingest, "before", 50) | missing(ingest, "after", 50)
    assert not sent_twice(ingest)


@pytest.mark.parametrize("module", RELOADED)
@pytest.mark.parametrize("spool", ["None", "'events.db'"], ids=["memory", "spool"])
def test_a_child_of_a_fork_after_a_reload_starts_anew(module, spool, ingest, programs):
    programs.run(
        RELOAD.format(module=module)
        + f"""
    client = new_client(flush_at=1000, spool={spool})
    track(client, 10, "parent")
    reload()
    child = os.fork()
    if child == 0:
        track(client, 10, "child")
        sys.exit()
    assert os.waitpid(child, 0)[1] == 0
    """
    )
    assert not missing(ingest, "parent", 10) | missing(ingest, "child", 10)
    assert not sent_twice(ingest)


@pytest.mark.parametrize("module", RELOADED)
def test_a_signal_after_a_reload_delivers_and_ends_the_process_once(module, ingest, programs):
    programs.run(
        RELOAD.format(module=module)
        + """
    client = new_client(flush_at=1000)
    coobird.flush_on_signals()
    track(client, 10)
    reload()
    signals.flush_on_signals()  # as the program would, if it were run again in the same session
    reload()
    signal.raise_signal(signal.SIGTERM)
    """,
        code=-signal.SIGTERM,
    )
    assert not missing(ingest, "event", 10)


def test_a_field_that_is_left_out_stays_so_after_a_reload(programs):
    result = programs.run(
        RELOAD.format(module="coobird_api.types")
        + """
    before = coobird.UNSET
    reload()
    from coobird_api.types import UNSET
    print(before is UNSET)
    """
    )
    assert result.stdout.split() == ["True"]


def test_integrations_of_a_client_print_nothing_when_the_interpreter_takes_its_modules_apart(programs):
    programs.run("""
    import coobird
    from coobird.integrations._metering import ledger
    client = coobird.Coomon("sk_test_0123456789", host="http://127.0.0.1:9")
    kept = ledger.ledger_of(client)
    """)


def test_a_call_is_billed_once_although_the_integrations_were_reloaded(programs):
    programs.run(
        RELOAD.format(module="coobird.integrations._metering.ledger")
        + """
    from coobird.integrations._metering import ledger
    client = new_client()
    before = ledger.ledger_of(client)
    reload()
    assert ledger.ledger_of(client) is before
    """
    )
