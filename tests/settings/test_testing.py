"""The switch for tests: quick retries and a short end, and never on by accident."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from coobird import AsyncCoomon, Coomon, set_testing
from coobird._delivery import process_exit
from coobird._http.retry import FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS, MAX_RETRY_AFTER_SECONDS, backoff
from coobird._settings import testing
from coobird.errors import ConfigurationError
from tests.support.ingest import KEY, Ingest, refused_port
from tests.support.loopback import Answer, LoopbackServer
from tests.support.programs import Programs


@pytest.fixture(autouse=True)
def undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """No call and no variable has decided yet."""
    monkeypatch.delenv(testing.TESTING_VARIABLE, raising=False)
    monkeypatch.setattr(testing, "_limits", False)


def delays() -> list[float]:
    """Delays of ten tries, and one that the server asked for."""
    return [*(backoff(attempt, jitter=0.0) for attempt in range(1, 11)), backoff(1, retry_after=1e9, jitter=0.0)]


REAL = [
    *(min(FIRST_DELAY_SECONDS * 2**doublings, MAX_DELAY_SECONDS) for doublings in range(10)),
    MAX_RETRY_AFTER_SECONDS,
]


def test_testing_is_off_by_default() -> None:
    assert delays() == REAL
    assert repr(Coomon(KEY, host="http://localhost")) == "Coomon(host='http://localhost')"


def test_retries_are_quick_and_even_a_wait_that_the_server_asks_for_is_short() -> None:
    set_testing()
    assert delays() == [0.01, 0.02, 0.04, 0.08, *[0.1] * 7]
    set_testing(retry_seconds=0, max_retry_seconds=0)
    assert delays() == [0.0] * 11


def test_false_brings_the_real_delays_back_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(testing.TESTING_VARIABLE, "1")
    set_testing()
    set_testing(False)
    assert delays() == REAL


def test_a_block_restores_what_held_before_it() -> None:
    with set_testing(retry_seconds=0.05), set_testing(False):
        assert delays() == REAL
    assert delays() == REAL
    set_testing(retry_seconds=0.05)
    with pytest.raises(ZeroDivisionError), set_testing():
        _ = 1 / 0
    assert delays()[0] == 0.05


@pytest.mark.parametrize("value", ["", "0"])
def test_an_empty_variable_changes_nothing(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(testing.TESTING_VARIABLE, value)
    assert delays() == REAL


def test_the_variable_holds_as_long_as_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(testing.TESTING_VARIABLE, "1")
    assert delays()[0] == 0.01
    monkeypatch.delenv(testing.TESTING_VARIABLE)
    assert delays() == REAL


@pytest.mark.parametrize("value", ["true", "yes", "2", " 1"])
def test_a_variable_that_may_be_a_mistake_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(testing.TESTING_VARIABLE, value)
    with pytest.raises(ConfigurationError, match="COOBIRD_TESTING must be 1"):
        Coomon(KEY)
    assert delays() == REAL


@pytest.mark.parametrize("name", ["retry_seconds", "max_retry_seconds", "shutdown_seconds"])
@pytest.mark.parametrize("value", [-1, float("nan"), "1", True])
def test_seconds_that_make_no_sense_are_refused_and_change_nothing(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} must be a number of seconds"):
        set_testing(**{name: value})
    assert delays() == REAL


@pytest.mark.parametrize("value", [None, 0, 1, 0.5, "yes"])
def test_the_switch_takes_true_or_false_only(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="takes True or False"):
        set_testing(value)
    assert delays() == REAL


@pytest.mark.parametrize("flavour", [Coomon, AsyncCoomon])
def test_a_client_shows_that_it_is_tested(flavour: Callable[..., object]) -> None:
    client = flavour(KEY, host="http://localhost")
    with set_testing():
        assert repr(client) == f"{type(client).__name__}(host='http://localhost', testing=True)"
    assert "testing" not in repr(client)


def test_a_client_that_exists_already_retries_quickly(server: LoopbackServer, ingest: Ingest) -> None:
    client = Coomon(KEY, host=server.url, max_retries=9)
    ingest.next(*[Answer(503, headers={"Retry-After": "3600"})] * 9)
    set_testing(retry_seconds=0.001, max_retry_seconds=0.001)
    client.track_task(customer_id="c", agent_id="a", event_id="event-0")
    client.flush()
    assert ingest.ids == ["event-0"]
    client.shutdown()


def test_shutdown_gives_up_soon_although_the_settings_allow_an_hour() -> None:
    set_testing(shutdown_seconds=0.1)
    errors: list[Any] = []
    with refused_port() as port:
        client = Coomon(
            KEY, host=f"http://127.0.0.1:{port}", shutdown_timeout=3600, max_retries=10**6, on_error=errors.append
        )
        client.track_task(customer_id="c", agent_id="a")
        client.shutdown()
    assert client.stats().dropped == sum(error.count for error in errors) == 1


def test_a_shorter_timeout_of_the_settings_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    set_testing(shutdown_seconds=5)
    assert testing.shortened(3.0) == 3.0
    assert testing.shortened(process_exit.EXIT_TIMEOUT_SECONDS) == 5.0


def test_the_variable_shortens_the_end_of_a_program_that_a_test_starts(programs: Programs) -> None:
    with refused_port() as port:
        programs.url = f"http://127.0.0.1:{port}"
        done = programs.run(
            """
            import os
            from coobird import Coomon
            client = Coomon("sk_test_0123456789", host=os.environ["COOBIRD_TEST_URL"], max_retries=10**6,
                            shutdown_timeout=3600, on_error=lambda error: print("dropped", error.count, flush=True))
            client.track_task(customer_id="c", agent_id="a")
            print(client)
            """,
            env={"COOBIRD_TESTING": "1"},
            quiet=False,
        )
    assert "testing=True" in done.stdout
    assert "dropped 1" in done.stdout
