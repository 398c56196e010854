"""The pytest plugin, as its users use it: in a pytest process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def run(folder: Path, code: str, *arguments: str) -> str:
    (folder / "test_metering.py").write_text(code)
    # Of all plugins that are installed only ours is loaded, by the name that its entry point has.
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "--disable-plugin-autoload", "-p", "coobird"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *arguments, str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_each_test_starts_with_an_empty_server(tmp_path: Path, order: str) -> None:
    code = "".join(
        f"""
def test_{name}(coomon, coobird_mock):
    assert coobird_mock.events() == [] and coomon.list_customers().data == []
    coomon.create_customer(name="{name}", type="company")
    coomon.track_task(customer_id="c", agent_id="a", event_id="{name}")
    coomon.flush()
    assert [event["event_id"] for event in coobird_mock.events()] == ["{name}"]
    coobird_mock.fail("create_customer", times=None)
"""
        for name in order
    )
    assert "2 passed" in run(tmp_path, code)


def test_the_async_client_is_awaited_in_any_loop(tmp_path: Path) -> None:
    code = """
import asyncio

def test_it(async_coomon, coobird_mock):
    async def main():
        customer = await async_coomon.create_customer(name="Acme", type="company")
        async_coomon.track_task(customer_id=customer.id, agent_id="a")
        await async_coomon.flush()
    asyncio.run(main())
    assert len(coobird_mock.events()) == 1
"""
    assert "1 passed" in run(tmp_path, code)


def test_what_is_still_queued_is_sent_at_the_end_of_the_test(tmp_path: Path) -> None:
    code = """
import pytest

@pytest.fixture
def later(coobird_mock):
    yield
    assert len(coobird_mock.events()) == 1

def test_it(later, coomon):
    coomon.track_task(customer_id="c", agent_id="a")
"""
    assert "1 passed" in run(tmp_path, code)


def test_retries_are_quick_in_the_tests_that_use_the_server_and_only_there(tmp_path: Path) -> None:
    code = """
from coobird import Coomon

def test_before():
    assert "testing" not in repr(Coomon("sk_test_0123456789"))

def test_it(coomon, coobird_mock):
    coobird_mock.fail("track_events", status=503, retry_after=3600, times=3)
    coomon.track_task(customer_id="c", agent_id="a")
    coomon.flush()
    assert len(coobird_mock.events()) == 1
    assert "testing=True" in repr(Coomon("sk_test_0123456789"))

def test_after():
    assert "testing" not in repr(Coomon("sk_test_0123456789"))
"""
    assert "3 passed" in run(tmp_path, code)


def test_a_run_that_uses_no_fixture_loads_no_server(tmp_path: Path) -> None:
    code = """
import sys

def test_it():
    loaded = {"uvicorn", "starlette", "httpx", "coobird.client.coomon", "coobird.mock"} & sys.modules.keys()
    assert not loaded
"""
    assert "1 passed" in run(tmp_path, code)


REPORTED = """
    coomon.track_task(customer_id="", agent_id="a")
"""
REJECTED = """
    coomon.track_task(customer_id="c", agent_id="a", signal_code="x", attributes={"cost_usd": "abc"})
"""


def test_a_test_fails_at_its_end_if_a_client_reported_an_error_unless_it_takes_the_problems(tmp_path: Path) -> None:
    code = f"""
import asyncio
import pytest

def test_event_that_cannot_be_sent(coomon):{REPORTED}
def test_rejected(coomon):{REJECTED}
def test_rejected_async(async_coomon):
    coomon = async_coomon{REJECTED}
def test_dropped(coomon, coobird_mock):
    coobird_mock.fail("track_events", status=403)
    coomon.track_task(customer_id="c", agent_id="a")

def test_expected(coomon, async_coomon, coobird_problems):{REJECTED}
    coomon.flush()
    assert ["cost_usd" in str(problem) for problem in coobird_problems] == [True]
    coomon = async_coomon{REPORTED}
    assert len(coobird_problems) == 2

@pytest.mark.usefixtures("coobird_problems")
def test_marked(coomon):{REPORTED}
def test_good(coomon, async_coomon):
    coomon.track_task(customer_id="c", agent_id="a")
    async_coomon.track_task(customer_id="c", agent_id="a")
"""
    shown = run(tmp_path, code)
    assert "4 failed, 3 passed" in shown
    assert "customer_id must have 1 to 255 characters" in shown
    assert "A test that expects this takes the fixture coobird_problems." in shown


def test_an_error_after_the_test_is_an_error_of_its_teardown(tmp_path: Path) -> None:
    code = f"""
import pytest

@pytest.fixture
def later(coomon):
    yield{REJECTED}
def test_it(later):
    pass
"""
    assert "1 passed, 1 error" in run(tmp_path, code)
