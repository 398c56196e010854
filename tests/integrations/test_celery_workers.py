"""Celery's prefork workers: children of a fork that end in a way of their own."""

from __future__ import annotations

import signal
from collections.abc import Callable

from tests.support.ingest import wait_until
from tests.support.programs import DEADLINE, missing

CELERY = """
    from pathlib import Path
    from celery import Celery
    from tests.support.child import new_client, track
    client = new_client({options})
    track(client, 10, "worker")

    folder = Path(__file__).parent / "broker"
    for name in ("messages", "processed", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    celery = Celery("service", broker="filesystem://")
    celery.conf.broker_transport_options = {{
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
    }}
    celery.conf.worker_hijack_root_logger = False

    @celery.task
    def bill(number):
        track(client, 5, f"job{{number}}")
"""


def run_celery(programs, ingest, options: str, jobs: int, before_the_end: Callable[[], None]) -> None:
    programs.write(CELERY.format(options=options), "service.py")
    send = f"import service\nfor number in range({jobs}): service.bill.delay(number)\nimport os; os._exit(0)"
    worker = ("-m", "celery", "-A", "service:celery", "worker", "--pool", "prefork", "--concurrency", "2")
    env = {"C_FORCE_ROOT": "1"}
    with programs.start(*worker, "--loglevel", "ERROR", "--without-gossip", "--without-mingle", env=env) as process:
        with programs.start("-c", send) as sender:
            sender.communicate(timeout=DEADLINE)
        before_the_end()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=DEADLINE)
        assert process.returncode == 0, err


def jobs_missing(ingest, jobs: int) -> list[int]:
    return [number for number in range(jobs) if missing(ingest, f"job{number}", 5)]


def test_celery_prefork_workers_deliver_by_timer_while_they_run(ingest, programs):
    run_celery(
        programs,
        ingest,
        "flush_interval=0.05",
        20,
        lambda: wait_until(lambda: not jobs_missing(ingest, 20), "the events of every job arrive"),
    )
    assert not missing(ingest, "worker", 10)


def test_celery_prefork_workers_deliver_when_they_are_stopped(ingest, programs):
    done = programs.folder / "broker" / "messages"

    def all_taken() -> bool:
        return done.is_dir() and not list(done.glob("*.celery.msg"))

    # A warm shutdown finishes the jobs that were taken.
    run_celery(programs, ingest, "flush_at=1000", 20, lambda: wait_until(all_taken, "every job was taken"))
    assert not jobs_missing(ingest, 20)
