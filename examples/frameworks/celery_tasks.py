"""Celery: a task is billed to the customer of the run that sent it, in every worker process.

Usage: python examples/frameworks/celery_tasks.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from celery import Celery

from coobird import Coomon
from coobird.integrations.celery import connect
from coobird.mock import MockCoobird

API_KEY = "sk_test_celery"

# The worker imports this file too. It finds the folder of the messages and the server's address
# in its environment.
folder = Path(os.environ.setdefault("EXAMPLE_FOLDER", tempfile.mkdtemp()))
app = Celery("shop", broker="filesystem://", backend=f"file://{folder}")
app.conf.broker_transport_options = {
    "data_folder_in": str(folder),
    "data_folder_out": str(folder),
    "control_folder": str(folder),
}
coomon = Coomon(API_KEY, host=os.environ.get("COOBIRD_HOST", "http://127.0.0.1:4444"), flush_interval=0.1)
connect(app, coomon)


@app.task(name="summarize")  # type: ignore[untyped-decorator]
def summarize(text: str) -> str:
    coomon.track_task(attributes={"step": "summarize"})
    return text[:11]


def main() -> None:
    with MockCoobird() as server:
        os.environ["COOBIRD_HOST"] = server.url
        command = ["celery", "--workdir", str(Path(__file__).parent), "--app", "celery_tasks", "worker"]
        options = [
            "--pool",
            "prefork",
            "--concurrency",
            "2",
            "--loglevel",
            "ERROR",
            "--without-gossip",
            "--without-mingle",
        ]
        worker = subprocess.Popen([sys.executable, "-m", *command, *options], stdout=subprocess.DEVNULL)
        try:
            for customer in ("acme", "blue_heron"):
                with coomon.run(customer_id=customer, agent_id="summarizer"):
                    print(summarize.delay("A long text about birds.").get(timeout=60))
        finally:
            worker.terminate()
            worker.wait()
        for event in server.events(API_KEY):
            print(event["customer_id"], "pays:", event["attributes"]["step"])


if __name__ == "__main__":
    main()
