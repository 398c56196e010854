"""Celery: a task belongs to the run that sent it, in whichever worker it is done.

app = Celery("shop", broker=...)
connect(app, coomon)                       # in the module that both senders and workers import

with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    summarize.delay(text)                  # what the task tracks is billed to cust_1
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from coobird.errors import ConfigurationError
from coobird.integrations._run_opener import Opener

if TYPE_CHECKING:
    from coobird import AsyncCoomon, Coomon
    from coobird.integrations._run_opener import RunOptions

HEADER = "coobird_run"
"""The header of a message that holds the run's token. It is readable by whoever reads the queue, and holds no secret."""

_SCOPE = "_coobird_scope"


def connect(app: Any, coomon: Coomon | AsyncCoomon) -> None:
    """Let the tasks of this application be done in the run that they were sent in. Calling it again does nothing.

    Retries, chains and callbacks go on in the same run. The body of a chord is sent by whichever task ends last; give it
    `headers={HEADER: run.token()}` where the tasks of one chord are for several customers. A task that was sent outside any run
    has none, nor has the error callback of one that was killed for its `time_limit`, unless it is given that header. A token that
    cannot be made or read is told to `on_error`, and the task is done outside any run.

    Only messages of this application carry a token, and only its tasks read it. Workers deliver by the client's timer and when they
    are stopped; a worker that is killed (`time_limit`) takes what waits with it, unless the client has a `spool`.

    Args:
        app: The Celery application.
        coomon: The client whose events take from the run, one for each application. Made before the worker forks is fine.

    Raises:
        ConfigurationError: The application is connected to another client.
    """
    # celery.current_app only stands for an application.
    stands_for: Any = getattr(app, "_get_current_object", None)
    application: Any = app if stands_for is None else stands_for()
    state: dict[str, Any] = application.__dict__
    connected = state.setdefault("_coobird_client", None)
    if connected is coomon:
        return
    if connected is not None:
        raise ConfigurationError("This Celery application is connected to another client: a message carries one run.")
    flavour: Any = application.__class__
    opener = Opener(coomon, _with_token)
    state["_coobird_client"] = coomon

    # Not by the signal before_task_publish, which does not tell whose message it is: another application's may be for another
    # client. Every message goes through here, also those of retries, chains, chords and beat.
    def send_task(*args: Any, **options: Any) -> Any:
        with opener.shield:
            headers: dict[str, Any] = options.get("headers") or {}
            run = coomon.current_run()
            if HEADER not in headers and run:
                options["headers"] = {**headers, HEADER: run.token()}
        return flavour.send_task(application, *args, **options)

    def prerun(task: Any = None, **_: Any) -> None:
        if task is None or task.app is not application:
            return
        with opener.shield:
            # An eager task, which has its headers apart, is in the run of its caller unless it is given another.
            apart: Any = task.request.headers or {}
            token = task.request.get(HEADER) or apart.get(HEADER)
            if token is not None:
                scope = opener.open(token)
                scope.__enter__()
                setattr(task.request, _SCOPE, scope)

    def postrun(task: Any = None, **_: Any) -> None:
        with opener.shield:
            scope = None if task is None else getattr(task.request, _SCOPE, None)
            if scope is not None:
                scope.__exit__(None, None, None)

    application.send_task = send_task
    signals: Any = import_module("celery.signals")
    for signal, receiver in ((signals.task_prerun, prerun), (signals.task_postrun, postrun)):
        signal.connect(receiver, weak=False, dispatch_uid=("coobird", id(application)))


def _with_token(token: str) -> RunOptions:
    return {"token": token}
