"""The log of whole programs: complete at their end, and shown as their settings say."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.support.error_lines import logged
from tests.support.ingest import problem
from tests.support.programs import missing

PROGRAM = """
    import json, logging, os, sys
    from tests.support.child import new_client, track

    class ToFile(logging.Handler):
        def emit(self, record):
            with open(f"log-{os.getpid()}", "a") as file:
                file.write(json.dumps(record.getMessage()) + "\\n")

    logging.getLogger("coobird").addHandler(ToFile())
    client = new_client(max_retries=0, max_queue_size=50, shutdown_timeout=0.3, **OPTIONS)

    def work():
        track(client, 300)
        for _ in range(7):
            client.track_task(customer_id="", agent_id="a")

    import atexit
    @atexit.register
    def last():
        # Called before the delivery of the exit, as the hooks of a program are.
        from coobird._delivery import process_exit
        process_exit.deliver_all()
        stats = client.stats()
        with open(f"stats-{os.getpid()}", "w") as file:
            json.dump([stats.dropped_by_reason, stats.rejected_by_reason], file)
"""


@pytest.mark.parametrize(
    "options", ["{}", "{'spool': 'usage.db'}", "{'flush_at': 1}"], ids=["memory", "spool", "at-once"]
)
@pytest.mark.parametrize(
    "ending",
    ["work()", "work(); client.shutdown(); work()", "work(); pid = os.fork(); work(); pid and os.waitpid(pid, 0)"],
    ids=["exit", "shutdown", "fork"],
)
def test_at_the_end_of_a_process_the_log_adds_up(options, ending, programs, ingest):
    ingest.otherwise = problem(404)
    source = PROGRAM.replace("OPTIONS", options) + f"\n    {ending}\n"
    programs.run(source, quiet=False)
    files = list(programs.folder.glob("stats-*"))
    assert len(files) == (2 if "fork" in ending else 1)
    for file in files:
        dropped, rejected = json.loads(file.read_text())
        log = programs.folder / file.name.replace("stats", "log")
        found = logged(json.loads(line) for line in log.read_text().splitlines())
        assert found == {"dropped": Counter(dropped), "rejected": Counter(rejected)}
        assert rejected["invalid"] >= 7


@pytest.mark.parametrize("lost", ["rejected", "dropped"])
@pytest.mark.parametrize("is_child", [True, False], ids=["child", "program"])
def test_after_a_flush_the_log_adds_up_though_no_hook_runs(is_child, lost, programs, ingest):
    ingest.otherwise = problem(404)
    work = {"rejected": "client.track_task(customer_id='', agent_id='a')", "dropped": "track(client, 1)"}[lost]
    programs.run(
        f"""
        import json, logging, os
        from tests.support.child import new_client, track
        handler = logging.FileHandler("log")
        logging.getLogger("coobird").addHandler(handler)
        client = new_client()
        client.flush()
        if {is_child} and os.fork():
            os.wait()
            os._exit(0)
        for _ in range(3):
            {work}
            client.flush()
            {work}
        client.flush()
        stats = client.stats()
        with open("stats", "w") as file:
            json.dump([stats.dropped_by_reason, stats.rejected_by_reason], file)
        os._exit(0)
        """,
        quiet=False,
    )
    dropped, rejected = json.loads((programs.folder / "stats").read_text())
    found = logged((programs.folder / "log").read_text().splitlines())
    assert found == {"dropped": Counter(dropped), "rejected": Counter(rejected)}
    assert (dropped or rejected) == ({"refused": 6} if lost == "dropped" else {"invalid": 6})


@pytest.mark.parametrize("call", ["track(client, 1)", "client.flush()", "client.shutdown()"])
def test_a_log_handler_that_uses_the_client_does_not_keep_others_from_delivering(call, programs, ingest):
    programs.run(
        f"""
        import logging
        from tests.support.child import new_client, track
        class Metered(logging.Handler):
            count = 0
            def emit(self, record):
                Metered.count += 1
                if Metered.count < 5:
                    client.track_task(customer_id="", agent_id="a")
                    {call}
        logging.getLogger("coobird").addHandler(Metered())
        client, other = new_client(), new_client(flush_at=1000)
        for _ in range(3):
            client.track_task(customer_id="", agent_id="a")
        client.flush()
        track(other, 1, "other")
        """,
    )
    assert not missing(ingest, "other", 1)


LATE_PROGRAM = """
    import atexit, json, logging, os, sys

    def work():
        track(client, 30)
        for _ in range(20):
            client.track_task(customer_id="", agent_id="a")

    @atexit.register
    def last():
        # Called after the delivery of the exit: it was there before the client.
        work()
        write_stats()

    def write_stats(os=os, json=json, open=open):
        stats = client.stats()
        with open("stats", "w") as file:
            json.dump([stats.dropped_by_reason, stats.rejected_by_reason], file)

    class ToFile(logging.Handler):
        def emit(self, record, json=json, open=open):
            with open("log", "a") as file:
                file.write(json.dumps(record.getMessage()) + "\\n")

    class Late:
        def __del__(self, work=work, write_stats=write_stats):
            work()
            write_stats()

    logging.getLogger("coobird").addHandler(ToFile())
    from tests.support.child import new_client, track
    client = new_client(max_retries=0)
    work()
"""


@pytest.mark.parametrize("ending", ["pass", "sys.modules['late'] = Late()", "client.shutdown()"])
def test_what_is_tracked_after_the_exit_has_delivered_is_in_the_log(ending, programs):
    programs.run(LATE_PROGRAM + f"    {ending}\n", quiet=False)
    dropped, rejected = json.loads((programs.folder / "stats").read_text())
    lines = (programs.folder / "log").read_text().splitlines()
    assert logged(json.loads(line) for line in lines) == {"dropped": Counter(dropped), "rejected": Counter(rejected)}
    assert dropped["after_shutdown"] >= 30
    assert rejected["invalid"] >= 40


def test_a_configuration_that_disables_the_loggers_that_exist_hides_no_loss(programs):
    result = programs.run(
        """
        import logging.config
        from tests.support.child import new_client
        client = new_client()
        client.track_task(customer_id="", agent_id="a")
        logging.config.dictConfig({
            "version": 1, "handlers": {"all": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}},
            "root": {"handlers": ["all"]},
        })
        client.track_task(customer_id="", agent_id="a")
        client.shutdown()
        """,
        quiet=False,
    )
    assert logged([result.stderr])["rejected"]["invalid"] == logged([result.stdout])["rejected"]["invalid"] == 1


@pytest.mark.parametrize(
    ("variable", "code", "is_shown"),
    [
        ("", "", False),
        ("debug", "", True),
        ("DEBUG", "", True),
        ("info", "", False),
        ("", "import logging; logging.getLogger('coobird').setLevel(logging.DEBUG)", True),
        ("", "import logging; logging.getLogger('coobird').setLevel(logging.INFO)", False),
    ],
)
def test_debug_lines_are_shown_by_the_environment_or_the_level_of_the_logger(variable, code, is_shown, programs):
    done = programs.run(
        f"""
        {code or "pass"}
        from tests.support.child import new_client, track
        client = new_client()
        track(client, 1, "mine")
        client.flush()
        """,
        quiet=False,
        env={"COOBIRD_LOG": variable},
    )
    assert ("mine-0" in done.stderr) == is_shown
    assert done.stderr or not is_shown
