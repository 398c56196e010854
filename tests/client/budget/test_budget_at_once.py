"""Budgets of many runs at once, in threads, tasks and processes; and of runs that are cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from coobird import AsyncCoomon, Coomon, InsufficientCreditsError, SettlementError
from coobird.mock import MockCoobird
from tests.support import ROOT
from tests.support.loopback import Answer, LoopbackServer
from tests.support.wallets import TRANSACTION, WALLET

Held = Callable[[str], Decimal]
NewWallet = Callable[..., str]

RUNS, PAID_FOR = 24, 7


@pytest.mark.parametrize("spent", [0, 3, 5])
def test_of_many_threads_exactly_as_many_start_as_the_wallet_pays_for(
    coomon: Coomon, new_wallet: NewWallet, held: Held, spent: int
) -> None:
    wallet = new_wallet(5 * PAID_FOR + 4)
    # No run ends before all are decided: the credits that it gives back would let another one
    # start.
    decided = threading.Barrier(RUNS)

    def run(_: int) -> bool:
        try:
            with coomon.budget(wallet, estimate=5) as budget:
                decided.wait(60)
                budget.spend(spent)
                return True
        except InsufficientCreditsError:
            decided.wait(60)
            return False

    with ThreadPoolExecutor(RUNS) as pool:
        started = sum(pool.map(run, range(RUNS)))
    assert (started, held(wallet)) == (PAID_FOR, 5 * PAID_FOR + 4 - spent * PAID_FOR)


async def _of_many_tasks(mock: MockCoobird, key: str, wallet: str, spent: int) -> int:
    decided = asyncio.Barrier(RUNS)

    async def run(coomon: AsyncCoomon) -> bool:
        try:
            async with coomon.budget(wallet, estimate=5) as budget:
                await decided.wait()
                budget.spend(spent)
                return True
        except InsufficientCreditsError:
            await decided.wait()
            return False

    async with AsyncCoomon(key, host=mock.url) as coomon, asyncio.timeout(60):
        return sum(await asyncio.gather(*(run(coomon) for _ in range(RUNS))))


@pytest.mark.parametrize("spent", [0, 3, 5])
def test_of_many_tasks_exactly_as_many_start_as_the_wallet_pays_for(
    mock: MockCoobird, key: str, new_wallet: NewWallet, held: Held, spent: int
) -> None:
    wallet = new_wallet(5 * PAID_FOR + 4)
    started = asyncio.run(_of_many_tasks(mock, key, wallet, spent))
    assert (started, held(wallet)) == (PAID_FOR, 5 * PAID_FOR + 4 - spent * PAID_FOR)


PROGRAM = """
import sys
from coobird import Coomon, InsufficientCreditsError
host, key, wallet, spent = sys.argv[1:]
with Coomon(key, host=host) as coomon:
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        with coomon.budget(wallet, estimate=5) as budget:
            print("started", flush=True)
            sys.stdin.readline()
            budget.spend(float(spent))
    except InsufficientCreditsError:
        print("refused", flush=True)
print("done", flush=True)
"""


def process(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", PROGRAM, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def say(running: subprocess.Popen[str], text: str = "go") -> None:
    assert running.stdin
    running.stdin.write(f"{text}\n")
    running.stdin.flush()


def hear(running: subprocess.Popen[str]) -> str:
    assert running.stdout
    return running.stdout.readline().strip()


def test_of_many_processes_exactly_as_many_start_as_the_wallet_pays_for(
    mock: MockCoobird, key: str, new_wallet: NewWallet, held: Held
) -> None:
    wallet = new_wallet(5 * 3 + 4)
    running = [process(mock.url, key, wallet, 2) for _ in range(8)]
    try:
        assert [hear(each) for each in running] == ["ready"] * 8
        for each in running:
            say(each)
        answers = [hear(each) for each in running]
        assert (answers.count("started"), answers.count("refused")) == (3, 5)
        for each, answer in zip(running, answers, strict=True):
            if answer == "started":
                say(each)
            assert hear(each) == "done"
    finally:
        for each in running:
            each.communicate(timeout=60)
    assert held(wallet) == 5 * 3 + 4 - 3 * 2


def test_a_process_that_is_killed_keeps_its_credits_reserved_and_its_key_goes_on_with_them(
    coomon: Coomon, mock: MockCoobird, key: str, new_wallet: NewWallet, held: Held
) -> None:
    wallet = new_wallet(7)
    program = PROGRAM.replace("estimate=5", "estimate=5, idempotency_key='job-1'")
    command = [sys.executable, "-W", "error", "-c", program, mock.url, key, wallet, "2"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert hear(running) == "ready"
        say(running)
        assert hear(running) == "started"
        running.send_signal(signal.SIGKILL)
        running.wait(60)
    assert held(wallet) == 2
    # The job is given to another worker, which neither pays again nor is refused for lack of
    # credits.
    with coomon.budget(wallet, estimate=5, idempotency_key="job-1") as budget:
        assert held(wallet) == 2
        budget.spend(4)
    assert held(wallet) == 3


FORK = """
import os, sys
from coobird import Coomon
host, key, wallet = sys.argv[1:]
coomon = Coomon(key, host=host, on_error=lambda error: print(error, flush=True))
with coomon.budget(wallet, estimate=5) as budget:
    budget.spend(2)
    child = os.fork()
if child == 0:
    os._exit(0 if budget.is_settled else 1)
assert os.waitpid(child, 0)[1] == 0
assert budget.is_settled
"""


def test_a_run_that_forks_is_settled_once(mock: MockCoobird, key: str, new_wallet: NewWallet, held: Held) -> None:
    wallet = new_wallet(10)
    command = [sys.executable, "-W", "error", "-c", FORK, mock.url, key, wallet]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert held(wallet) == 8


FORK_WHILE_SPENDING = """
import os, sys, threading
from coobird import Coomon
host, key, wallet = sys.argv[1:]
with Coomon(key, host=host).budget(wallet, estimate=5) as budget:
    done = threading.Event()
    def spend():
        while not done.is_set():
            budget.spend(0)
    spender = threading.Thread(target=spend)
    spender.start()
    for _ in range(20):
        child = os.fork()
        if child == 0:
            budget.spend(0)
            os._exit(0)
        os.waitpid(child, 0)
    done.set()
    spender.join()
"""


def test_a_child_can_spend_whatever_other_threads_of_its_parent_spend(
    mock: MockCoobird, key: str, new_wallet: NewWallet
) -> None:
    command = [sys.executable, "-c", FORK_WHILE_SPENDING, mock.url, key, new_wallet(10)]
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as running:
        try:
            assert running.wait(60) == 0
        finally:
            with contextlib.suppress(ProcessLookupError):
                # A child that waits for a lock of its parent never ends by itself.
                os.killpg(running.pid, signal.SIGKILL)


def test_one_run_is_settled_once_even_if_two_processes_say_different_things(
    coomon: Coomon, new_wallet: NewWallet, held: Held, reported: list[Any]
) -> None:
    wallet = new_wallet(20)
    with (
        coomon.budget(wallet, estimate=5, idempotency_key="job-1") as second,
        coomon.budget(wallet, estimate=5, idempotency_key="job-1") as first,
    ):
        first.spend(2)
        second.spend(7)
    assert held(wallet) == 18
    (error,) = reported
    assert isinstance(error, SettlementError)
    assert "was used with another" in str(error)


# --------------------------------------------------------------------------------------- cancelling


def test_a_run_that_is_cancelled_pays_what_it_had_spent(
    mock: MockCoobird, key: str, new_wallet: NewWallet, held: Held
) -> None:
    wallet = new_wallet(10)

    async def main() -> None:
        async with AsyncCoomon(key, host=mock.url) as coomon:
            spent = asyncio.Event()

            async def run() -> None:
                async with coomon.budget(wallet, estimate=5) as budget:
                    budget.spend(2)
                    spent.set()
                    await asyncio.Event().wait()

            running = asyncio.create_task(run())
            await spent.wait()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running

    asyncio.run(main())
    assert held(wallet) == 8


def test_cancelling_while_credits_are_reserved_gives_them_back() -> None:
    answered = threading.Event()
    answers = [Answer(200, WALLET), Answer(200, TRANSACTION, wait=answered), Answer(200, TRANSACTION)]

    async def main(server: LoopbackServer) -> None:
        async with AsyncCoomon("sk_test_1", host=server.url) as coomon:

            async def run() -> None:
                async with coomon.budget("wallet_1", estimate=5):
                    pytest.fail("the run was started")

            running = asyncio.create_task(run())
            await asyncio.to_thread(server.wait_for_requests, 2)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            answered.set()
            await asyncio.to_thread(server.wait_for_requests, 3)

    with LoopbackServer(answers) as server:
        asyncio.run(main(server))
    _, deduction, top_up = server.requests
    assert deduction.path.endswith("/wallets/wallet_1/deduct")
    assert top_up.path.endswith("/wallets/wallet_1/top-up")
    assert deduction.json()["amount"] == top_up.json()["credit_amount"] == 5


def test_a_settlement_is_completed_although_its_task_is_cancelled(
    mock: MockCoobird, key: str, new_wallet: NewWallet, held: Held
) -> None:
    wallet = new_wallet(10)
    mock.fail("top_up_wallet", status=None, latency=0.3)

    async def main() -> None:
        async with AsyncCoomon(key, host=mock.url) as coomon:
            leaving = asyncio.Event()

            async def run() -> None:
                async with coomon.budget(wallet, estimate=5):
                    leaving.set()

            running = asyncio.create_task(run())
            await leaving.wait()
            await asyncio.sleep(0)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            async with asyncio.timeout(60):
                while len(asyncio.all_tasks()) > 1:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)

    asyncio.run(main())
    assert held(wallet) == 10


def test_a_loop_that_ends_during_a_settlement_tells_what_is_left_to_do(
    mock: MockCoobird, coomon: Coomon, key: str, new_wallet: NewWallet, held: Held, reported: list[Any]
) -> None:
    wallet = new_wallet(10)
    mock.fail("top_up_wallet", status=None, latency=0.3)

    async def main() -> None:
        client = AsyncCoomon(key, host=mock.url, on_error=reported.append, max_retries=0)
        leaving = asyncio.Event()

        async def run() -> None:
            async with client.budget(wallet, estimate=5):
                leaving.set()

        running = asyncio.create_task(run())
        await leaving.wait()
        await asyncio.sleep(0)
        running.cancel()

    asyncio.run(main())
    (error,) = reported
    assert isinstance(error, SettlementError)
    for operation, arguments in error.calls:
        getattr(coomon, operation)(error.wallet_id, **arguments)
    assert held(wallet) == 10


@pytest.mark.parametrize("has_begun", [False, True])
def test_a_loop_that_ends_before_a_settlement_began_tells_what_is_left_to_do(
    mock: MockCoobird, coomon: Coomon, key: str, new_wallet: NewWallet, held: Held, reported: list[Any], has_begun: bool
) -> None:
    wallet = new_wallet(10)

    async def main() -> None:
        client = AsyncCoomon(key, host=mock.url, on_error=reported.append, max_retries=0)
        budget = client.budget(wallet, estimate=5)
        begun = asyncio.Event()

        async def run() -> None:
            async with budget:
                begun.set()
                await asyncio.Event().wait()

        running = asyncio.create_task(run())
        if has_begun:
            await begun.wait()
        # Open, and the run has not begun: credits are reserved, but the task that waits for them
        # does not know yet.
        while not repr(budget).endswith(": open)"):  # noqa: ASYNC110
            await asyncio.sleep(0)
        running.cancel()

    asyncio.run(main())
    for error in reported:
        for operation, arguments in error.calls:
            getattr(coomon, operation)(error.wallet_id, **arguments)
    assert held(wallet) == 10
