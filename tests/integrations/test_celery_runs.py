"""Tasks in the run of their sender, executed by a real worker."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from celery import Celery, chain, signals
from celery.contrib.testing.worker import start_worker
from celery.local import Proxy

from coobird import ConfigurationError
from coobird.integrations.celery import HEADER, connect
from tests.support.integrations.recorder import Recorder

DEADLINE = 60


class Shop:
    """A Celery application with a worker in a thread of this process."""

    def __init__(self, coomon: Any, name: str = "shop") -> None:
        self.app = app = Celery(name, broker="memory://", backend="cache+memory://", set_as_current=False)
        app.conf.worker_hijack_root_logger = False
        app.conf.task_default_queue = name
        # A proxy, as celery.current_app is.
        connect(Proxy(lambda: app), coomon)
        connect(app, coomon)

        def track(step: str) -> None:
            coomon.track_task(attributes={"step": step})

        @app.task(name="work", shared=False)
        def work(step: str) -> str:
            track(step)
            return step + "+"

        @app.task(name="stumble", bind=True, max_retries=1, shared=False)
        def stumble(task: Any, step: str) -> None:
            track(step)
            if task.request.retries == 0:
                raise task.retry(countdown=0)

        @app.task(name="fail", shared=False)
        def fail(step: str) -> None:
            track(step)
            raise ValueError(step)

        @app.task(name="send_inside", shared=False)
        def send_inside(step: str) -> None:
            with coomon.run(customer_id="inner"):
                work.delay(step)

        self.work, self.stumble, self.fail, self.send_inside = work, stumble, fail, send_inside


@pytest.fixture
def shop(coomon: Recorder) -> Iterator[Shop]:
    with worked(Shop(coomon)) as made:
        yield made


@contextmanager
def worked(shop: Shop) -> Iterator[Shop]:
    level = logging.root.level
    with start_worker(shop.app, perform_ping_check=False, loglevel="CRITICAL", shutdown_timeout=DEADLINE):
        yield shop
    shop.app.close()
    # The worker sets the level of logging and the signals. Other tests need their own.
    logging.root.setLevel(level)
    for signal in (signals.task_prerun, signals.task_postrun):
        assert signal.disconnect(dispatch_uid=("coobird", id(shop.app)))


def run(coomon: Recorder, customer: str) -> Any:
    return coomon.run(customer_id=customer, agent_id="agent", attributes={"order": 7})


def steps(coomon: Recorder) -> list[tuple[str, str]]:
    return [(event["customer_id"], event["attributes"]["step"]) for event in coomon.events]


def test_each_task_is_done_in_the_run_it_was_sent_in_also_after_one_that_failed(shop: Shop, coomon: Recorder) -> None:
    results = []
    for customer in ("one", "two", "three"):
        with run(coomon, customer):
            results.append((shop.fail if customer == "two" else shop.work).delay(customer))
    for result in results:
        result.get(timeout=DEADLINE, propagate=False)
    assert steps(coomon) == [(name, name) for name in ("one", "two", "three")]
    assert {event["attributes"]["order"] for event in coomon.events} == {7}
    assert coomon.errors == []


def test_retries_chains_and_callbacks_go_on_in_the_same_run(shop: Shop, coomon: Recorder) -> None:
    with run(coomon, "one"):
        retried = shop.stumble.delay("retry")
        chained = chain(shop.work.s("chain"), shop.work.s()).delay()
    with run(coomon, "two"):
        shop.work.apply_async(("link",), link=shop.work.s())
        last = shop.send_inside.delay("inside")
    for result in (retried, chained, last):
        result.get(timeout=DEADLINE)
    shop.work.delay("end").get(timeout=DEADLINE)
    expected = {
        ("one", "retry"),
        ("one", "chain"),
        ("one", "chain+"),
        ("two", "link"),
        ("two", "link+"),
        ("inner", "inside"),
    }
    assert set(steps(coomon)) == expected
    assert len(coomon.events) == 7


def test_a_task_that_was_sent_outside_any_run_bills_no_customer(shop: Shop, coomon: Recorder) -> None:
    with run(coomon, "one"):
        shop.work.delay("in")
    shop.work.delay("out").get(timeout=DEADLINE)
    assert steps(coomon) == [("one", "in")]
    assert len(coomon.errors) == 1


def test_a_token_that_cannot_be_read_or_made_is_reported_and_the_task_is_done(shop: Shop, coomon: Recorder) -> None:
    assert shop.work.apply_async(("forged",), headers={HEADER: "forged"}).get(timeout=DEADLINE) == "forged+"
    with coomon.run(customer_id="one", agent_id="agent", attributes={"document": "x" * 20_000}):
        assert shop.work.delay("large").get(timeout=DEADLINE) == "large+"
    assert coomon.events == []
    causes = [type(error.__cause__).__name__ for error in coomon.errors if error.__cause__]
    assert causes == ["InvalidRunTokenError", "InvalidRunTokenError"]


def test_tasks_of_another_application_and_eager_ones_are_left_alone(shop: Shop, coomon: Recorder) -> None:
    other = Celery("other", set_as_current=False)

    @other.task(name="work", shared=False)
    def work() -> None:
        coomon.track_task(attributes={"step": "other"})

    with run(coomon, "one"):
        work.apply(headers={HEADER: "forged"}).get()
        shop.work.apply(("eager",)).get()
    assert steps(coomon) == [("one", "other"), ("one", "eager")]
    assert coomon.errors == []


def test_a_second_client_for_one_application_is_refused(shop: Shop) -> None:
    other: Any = Recorder()
    with pytest.raises(ConfigurationError, match="another client"):
        connect(shop.app, other)


def test_a_message_carries_the_run_of_its_own_applications_client(coomon: Recorder) -> None:
    other = Recorder()
    client: Any = other
    connect(Celery("other", set_as_current=False), client)
    with worked(Shop(coomon)) as shop, run(other, "other_tenant"):
        shop.work.delay("outside").get(timeout=DEADLINE)
        with run(coomon, "one"):
            shop.work.delay("inside").get(timeout=DEADLINE)
    assert steps(coomon) == [("one", "inside")]
    assert len(coomon.errors) == 1


def test_a_signature_is_done_in_the_run_that_sends_it_each_time_that_it_is_sent(shop: Shop, coomon: Recorder) -> None:
    with run(coomon, "builder"):
        signature = shop.work.s("step").set(headers={"mine": "kept"})
    for customer in ("one", "two"):
        with run(coomon, customer):
            signature.delay().get(timeout=DEADLINE)
    signature.delay().get(timeout=DEADLINE)
    assert steps(coomon) == [("one", "step"), ("two", "step")]


def test_an_eager_task_that_is_given_a_run_is_done_in_that(shop: Shop, coomon: Recorder) -> None:
    with run(coomon, "given"):
        token = coomon.current_run().token()
    with run(coomon, "one"):
        shop.work.apply(("step",), headers={HEADER: token}).get()
        assert coomon.current_run().customer_id == "one"
    assert steps(coomon) == [("given", "step")]
