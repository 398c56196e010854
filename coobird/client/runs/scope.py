"""Runs to enter: `coomon.run(...)` as a block, as a decorator, and as the run of a request."""

from __future__ import annotations

from coobird.client.once import Once
from coobird.client.runs.run import CurrentRun, Run, is_mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping
    from typing import Any, TypeVar

    from coobird.client.runs.run import Frame

    Function = TypeVar("Function", bound=Callable[..., Any])


class RunScope(Once):
    """A run to enter with `with` or `async with`, or to decorate a function with.

    Returned by `coomon.run(...)`.

        with coomon.run(customer_id="cust_1", agent_id="agent_1") as run: ...

        @coomon.run(agent_id="agent_1")
        def summarize(document): ...

    Values that were left out come from the run around it at the time of entering. It may be entered
    often, also by several threads and tasks at the same time. Decorate a generator function instead
    of writing `with` around its `yield`: the code that reads from the generator would be inside
    such a block too.
    """

    __slots__ = ("_current", "_given")

    _instead_of_pickling = (
        "it belongs to one client. Enter it, send coomon.current_run().token(), and write coomon.run(token=...) there."
    )

    def __init__(self, current: CurrentRun, given: Run) -> None:
        self._current = current
        self._given = given

    def __enter__(self) -> Run:
        """Make the run the current one, and return it."""
        return self._enter(None)

    def __exit__(self, *_: object) -> None:
        self._current.leave(self)

    async def __aenter__(self) -> Run:
        """As `with`; nothing is awaited."""
        return self.__enter__()

    async def __aexit__(self, *_: object) -> None:
        self.__exit__()

    def of_request(self, request: MutableMapping[str, Any]) -> RunScope:
        """Return this run as the run of one request, which takes nothing from other requests.

        A server may start a request in the context of the request before it. uvicorn does so if a
        client sends the next request without waiting for the answer.

        Args:
            request: ASGI scope of the request. It gets the key `coobird.request`, by which all runs
                of this request are known.

        Returns:
            The scope to enter around the handling of the request.
        """
        return RequestScope(self._current, self._given, request)

    def __call__(self, function: Function) -> Function:
        """Return the function as one whose every call is a run of its own.

        Args:
            function: A function, coroutine function, generator function (sync or async),
                `classmethod` or `staticmethod`. The run of a coroutine or generator lasts until it
                ends; between two items of a generator, the run of the code that reads from it is
                the current one.

        Returns:
            A function of the same kind, with the same signature.
        """
        from coobird.client.runs.decorator import decorate

        decorated: Function = decorate(self, function)
        return decorated

    def _enter(self, request: object) -> Run:
        outer = self._current.frame()
        run = self._given if outer is None else self._given.within(outer.run)
        self._current.enter(run, scope=self, request=request)
        return run


class RequestScope(RunScope):
    """A run as the run of one request; see `RunScope.of_request`."""

    __slots__ = ("_request",)

    def __init__(self, current: CurrentRun, given: Run, request: MutableMapping[str, Any]) -> None:
        super().__init__(current, given)
        # An object in the ASGI scope, not the scope: mounted parts of an application get copies of
        # that.
        self._request: object = request.setdefault("coobird.request", object())

    def __enter__(self) -> Run:
        self._current.leave_other_requests(self._request)
        return self._enter(self._request)


class Runs:
    """Runs of one client.

    `active()` returns the frame of the current run, or `None`. `track` calls it for every event.
    """

    __slots__ = ("_current", "active")

    active: Callable[[], Frame | None]

    def __init__(self) -> None:
        self._current = CurrentRun()
        self.active = self._current.frame

    def scope(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        token: str | None = None,
    ) -> RunScope:
        """Return a run to enter; see `Coomon.run`."""
        if attributes is not None and not is_mapping(attributes):
            from coobird.errors import InvalidEventError

            raise InvalidEventError(f"attributes of a run must be a mapping, not {type(attributes).__name__}.")
        given = Run(self._current, customer_id, agent_id, signal_code, attributes)
        if token is not None:
            from coobird.client.runs.token import read_token

            given = given.within(Run(self._current, *read_token(token)))
        return RunScope(self._current, given)

    def current(self) -> Run:
        """Return the current run, or a run without values if there is none."""
        frame = self.active()
        return Run(self._current) if frame is None else frame.run
