"""The long form of `judge_server`: all phases of schemathesis with three seeds."""

import pytest

from tests.support.judges import chains, fuzz

SEEDS = (1, 2, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_generated_request_makes_the_server_break_the_contract(fresh_server: str, seed: int) -> None:
    run = fuzz.run(fresh_server, "--phases", "examples,coverage,fuzzing", seed=seed)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("tag", chains.CHAINED)
def test_no_long_chain_of_calls_makes_the_server_break_the_contract(fresh_server: str, tag: str, seed: int) -> None:
    walk = chains.walk(fresh_server, tag, chains=40, seed=seed, steps=20)
    assert sum(walk.succeeded.values()) >= 2 * walk.chains, walk.succeeded
