"""Statements of docs/deploy.md about ends of processes, and a spool that is carried to another
machine.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.support import ROOT
from tests.support.programs import missing

PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")


def test_the_commands_that_carry_a_spool_send_its_events_once(programs, tmp_path, mock, key) -> None:
    """The commands of the page, with other paths."""
    programs.run(
        f"""
        import os
        from coobird import Coomon
        client = Coomon({key!r}, host="http://127.0.0.1:9", spool="events.db")
        for number in range(5):
            client.track_task(customer_id="cust_1", agent_id="agent_1", event_id=f"event-{{number}}")
        os._exit(0)
        """,
        quiet=False,
    )
    (block,) = [block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if "export" in block]
    script = block.replace("/var/spool/coobird/events.db", str(tmp_path / "events.db"))
    script = script.replace("/mnt/other/events.jsonl", str(tmp_path / "events.jsonl"))
    script = script.replace("coobird-spool", f"{sys.executable} -m coobird.cli.spool")
    script = script.replace("coobird track", f"{sys.executable} -m coobird.cli track")
    environment = {**programs.environment(), "COOBIRD_API_KEY": key, "COOBIRD_HOST": mock.url}
    for _ in range(2):  # the second time the server has all of them
        done = subprocess.run(["sh", "-ec", script], env=environment, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert sorted(event["event_id"] for event in mock.events(key)) == [f"event-{number}" for number in range(5)]


POOL = """
    import multiprocessing
    import coobird
    from tests.support.child import new_client, track
    client = new_client()
    coobird.flush_on_signals()

    def work(number):
        track(client, 1, f"job{number}")

    if __name__ == "__main__":
        with multiprocessing.get_context("fork").Pool(2) as pool:
            pool.map(work, range(10))
"""


def test_a_pool_that_is_left_delivers_with_flush_on_signals(ingest, programs) -> None:
    programs.run(POOL, quiet=False)
    assert not {f"job{number}-0" for number in range(10)} - set(ingest.stored)


@pytest.mark.parametrize("call", ["os.execv(sys.executable, [sys.executable, '-c', ''])", "os._exit(0)"])
def test_a_flush_before_a_program_is_replaced_or_left_delivers(call, ingest, programs) -> None:
    programs.run(
        f"""
        import os, sys
        from tests.support.child import new_client, track
        client = new_client()
        track(client, 5)
        client.flush()
        {call}
        """
    )
    assert not missing(ingest, "event", 5)
