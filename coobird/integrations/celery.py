"""Celery: a task belongs to the run that sent it, in every worker process.

app = Celery("shop", broker=...)
connect(app, coomon)                       # in the module that both senders and workers import

with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    summarize.delay(text)                  # events of the task are billed to cust_1
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from coobird.errors import ConfigurationError
from coobird.integrations._run_opener import RunOpener

if TYPE_CHECKING:
    from coobird import AsyncCoomon, Coomon
    from coobird.integrations._run_opener import RunOptions

HEADER = "coobird_run"
"""Message header with the run's token. Every reader of the queue can read it; it has no secret."""

_SCOPE = "_coobird_scope"


def connect(app: Any, coomon: Coomon | AsyncCoomon) -> None:
    """Run the tasks of this application in the run that they were sent in.

    A second call with the same client does nothing. Retries, chains and callbacks go on in the same
    run. The body of a chord is sent by the task that ends last. If the tasks of one chord are for
    several customers, give the body `headers={HEADER: run.token()}`.

    A task that was sent outside any run has none. Neither has the error callback of a task that was
    killed for its `time_limit`, unless it is given that header. A token that cannot be made or read
    is reported to `on_error`, and the task runs outside any run.

    Only messages of this application carry a token, and only its tasks read it. Workers deliver
    events by the client's timer, and when they are stopped. A worker that is killed (`time_limit`)
    loses its undelivered events, unless the client has a `spool`.

    Args:
        app: The Celery application.
        coomon: The client whose events take missing values from the run; one for each application.
            It may be made before the worker forks.

    Raises:
        ConfigurationError: The application is connected to another client.
    """
    # celery.current_app is a proxy of an application.
    proxied: Any = getattr(app, "_get_current_object", None)
    application: Any = app if proxied is None else proxied()
    state: dict[str, Any] = application.__dict__
    connected = state.setdefault("_coobird_client", None)
    if connected is coomon:
        return
    if connected is not None:
        raise ConfigurationError(
            "This Celery application is connected to another client, and a message carries one run. Connect one client."
        )
    application_class: Any = application.__class__
    opener = RunOpener(coomon, _with_token)
    state["_coobird_client"] = coomon

    # `send_task` instead of the signal before_task_publish, which does not name the application of
    # the message: another application may have another client. Every message goes through
    # `send_task`, including those of retries, chains, chords and beat.
    def send_task(*args: Any, **options: Any) -> Any:
        with opener.report_errors:
            headers: dict[str, Any] = options.get("headers") or {}
            run = coomon.current_run()
            if HEADER not in headers and run:
                options["headers"] = {**headers, HEADER: run.token()}
        return application_class.send_task(application, *args, **options)

    def prerun(task: Any = None, **_: Any) -> None:
        if task is None or task.app is not application:
            return
        with opener.report_errors:
            # An eager task has its headers in `request.headers`. It runs in the run of its caller,
            # unless a header names another one.
            eager_headers: Any = task.request.headers or {}
            token = task.request.get(HEADER) or eager_headers.get(HEADER)
            if token is not None:
                scope = opener.open(token)
                scope.__enter__()
                setattr(task.request, _SCOPE, scope)

    def postrun(task: Any = None, **_: Any) -> None:
        with opener.report_errors:
            scope = None if task is None else getattr(task.request, _SCOPE, None)
            if scope is not None:
                scope.__exit__(None, None, None)

    application.send_task = send_task
    signals: Any = import_module("celery.signals")
    for signal, receiver in ((signals.task_prerun, prerun), (signals.task_postrun, postrun)):
        signal.connect(receiver, weak=False, dispatch_uid=("coobird", id(application)))


def _with_token(token: str) -> RunOptions:
    return {"token": token}
