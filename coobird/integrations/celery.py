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
from coobird.integrations._opener import Opener

if TYPE_CHECKING:
    from coobird import AsyncCoomon, Coomon
    from coobird.integrations._opener import RunOptions

HEADER = "coobird_run"
"""The header of a message that holds the run's token. It is readable by whoever reads the queue, and holds no secret."""

_SCOPE = "_coobird_scope"


def connect(app: Any, coomon: Coomon | AsyncCoomon) -> None:
    """Let the tasks of this application be done in the run that they were sent in. Calling it again does nothing.

    Retries, chains and callbacks go on in the same run. The body of a chord is sent by whichever task ends last; give it
    `headers={HEADER: run.token()}` where the tasks of one chord are for several customers. A task that was sent outside any run
    has none. A token that cannot be made or read is told to `on_error`, and the task runs without a run.

    Celery's signals are those of the process: messages that another application sends in a run carry its token too, but only the
    tasks of this one read it. Workers deliver by the client's timer and when they are stopped; a worker that is killed
    (`time_limit`) takes what waits with it, unless the client has a `spool`.

    Args:
        app: The Celery application.
        coomon: The client whose events take from the run, one for each application. Made before the worker forks is fine.

    Raises:
        ConfigurationError: The application is connected to another client.
    """
    state: dict[str, Any] = app.__dict__
    if state.setdefault("_coobird_client", coomon) is not coomon:
        raise ConfigurationError("This Celery application is connected to another client: a message carries one run.")
    signals: Any = import_module("celery.signals")
    opener = Opener(coomon, _with_token)

    def before_publish(headers: dict[str, Any] | None = None, **_: Any) -> None:
        with opener.shield:
            run = coomon.current_run()
            if headers is not None and HEADER not in headers and run:
                headers[HEADER] = run.token()

    def prerun(task: Any = None, **_: Any) -> None:
        if task is None or task.app is not app:
            return
        with opener.shield:
            token = task.request.get(HEADER)
            # An eager task is in the run of its caller already.
            if token is not None:
                scope = opener.open(token)
                scope.__enter__()
                setattr(task.request, _SCOPE, scope)

    def postrun(task: Any = None, **_: Any) -> None:
        with opener.shield:
            scope = None if task is None else getattr(task.request, _SCOPE, None)
            if scope is not None:
                scope.__exit__(None, None, None)

    receivers = (
        (signals.before_task_publish, before_publish),
        (signals.task_prerun, prerun),
        (signals.task_postrun, postrun),
    )
    for signal, receiver in receivers:
        signal.connect(receiver, weak=False, dispatch_uid=("coobird", id(app)))


def _with_token(token: str) -> RunOptions:
    return {"token": token}
