"""The run context: who pays for what happens in a block of code, and which agent does it.

    with coomon.run(customer_id="cust_1", agent_id="agent_1"):
        coomon.track_task(signal_code="api_call")      # takes both from the run

A run belongs to one client: the events of another client never see it.
"""

from __future__ import annotations

from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping
    from typing import Any, Self, TypeVar

    Function = TypeVar("Function", bound=Callable[..., Any])


class Run:
    """What the events of a block take if they do not name it themselves. It never changes, and any thread may hold it.

    Threads of your own do not inherit it (`asyncio` tasks and `asyncio.to_thread` do); carry it over with `with run:`, which
    makes exactly this run the current one. A run without any value is false.

    Attributes:
        customer_id: The customer whom events are billed to, or `None`.
        agent_id: The agent that acts, or `None`.
        signal_code: The signal that events count towards, or `None`.
        attributes: Merged into the attributes of every event; those of the event win.
    """

    __slots__ = ("_current", "agent_id", "attributes", "customer_id", "signal_code")

    def __init__(
        self,
        current: ContextVar[Frame | None],
        customer_id: str | None,
        agent_id: str | None,
        signal_code: str | None,
        attributes: dict[str, Any],
    ) -> None:
        self.customer_id = customer_id
        self.agent_id = agent_id
        self.signal_code = signal_code
        self.attributes = attributes
        self._current = current

    def fill(
        self,
        customer_id: str | None,
        agent_id: str | None,
        signal_code: str | None,
        attributes: Mapping[str, Any] | None,
    ) -> tuple[str | None, str | None, str | None, Mapping[str, Any] | None]:
        """Return these arguments of an event, completed by the run. Never raises."""
        mine = self.attributes
        if mine:
            # Something that is no mapping is for the encoder to refuse.
            attributes = (
                mine if attributes is None else {**mine, **attributes} if _is_mapping(attributes) else attributes
            )
        return (
            self.customer_id if customer_id is None else customer_id,
            self.agent_id if agent_id is None else agent_id,
            self.signal_code if signal_code is None else signal_code,
            attributes,
        )

    def within(self, outer: Run) -> Run:
        """Return this run, completed by another."""
        ids = (
            outer.customer_id if self.customer_id is None else self.customer_id,
            outer.agent_id if self.agent_id is None else self.agent_id,
            outer.signal_code if self.signal_code is None else self.signal_code,
        )
        return Run(self._current, *ids, {**outer.attributes, **self.attributes})

    def token(self) -> str:
        """Return a text that carries this run into another process: `with coomon.run(token=...)` there goes on with it.

        It is readable by whoever sees it and holds no secret of the client; it only has the values named here, so do not
        put secrets into `attributes`. Treat it as opaque.

        Raises:
            InvalidRunTokenError: The attributes have no JSON form, or the token would be longer than 16 KiB.
        """
        from coobird.client.runs.token import write_token

        return write_token(self.customer_id, self.agent_id, self.signal_code, self.attributes)

    def __enter__(self) -> Self:
        _enter(self._current, self, scope=self)
        return self

    def __exit__(self, *_: object) -> None:
        _leave(self._current, scope=self)

    def __bool__(self) -> bool:
        return bool(self.customer_id or self.agent_id or self.signal_code or self.attributes)

    def __repr__(self) -> str:
        return f"Run(customer_id={self.customer_id!r}, agent_id={self.agent_id!r}, signal_code={self.signal_code!r})"


class Frame:
    """A run while it is the current one, with the frame around it and what entered it.

    Leaving goes by these and not by the tokens of the ContextVar, because generators and test fixtures are often left in another
    context than the one they were entered in.
    """

    __slots__ = ("outer", "run", "scope")

    def __init__(self, run: Run, outer: Frame | None, scope: object) -> None:
        self.run = run
        self.outer = outer
        self.scope = scope


class RunScope:
    """A run that is about to begin: enter it with `with` or `async with`, or decorate a function with it.

    What is left out comes from the run around it at the time of entering. May be entered often, also at the same time by
    several threads and tasks. Decorate a generator: a `with` around its `yield` would be the run of its consumer too.
    """

    __slots__ = ("_current", "_given")

    def __init__(
        self,
        current: ContextVar[Frame | None],
        *,
        customer_id: str | None,
        agent_id: str | None,
        signal_code: str | None,
        attributes: Mapping[str, Any] | None,
        token: str | None,
    ) -> None:
        self._current = current
        if attributes is not None and not _is_mapping(attributes):
            from coobird.errors import InvalidEventError

            raise InvalidEventError(f"attributes of a run must be a mapping, not {type(attributes).__name__}.")
        # Copied: what the caller does to the mapping later must not change what is billed.
        self._given = Run(current, customer_id, agent_id, signal_code, dict(attributes or {}))
        if token is not None:
            from coobird.client.runs.token import read_token

            self._given = self._given.within(Run(current, *read_token(token)))

    def __enter__(self) -> Run:
        outer = self._current.get()
        run = self._given if outer is None else self._given.within(outer.run)
        _enter(self._current, run, scope=self)
        return run

    def __exit__(self, *_: object) -> None:
        _leave(self._current, scope=self)

    async def __aenter__(self) -> Run:
        return self.__enter__()

    async def __aexit__(self, *_: object) -> None:
        self.__exit__()

    def of_request(self, request: MutableMapping[str, Any]) -> RunScope:
        """Return this run as that of one request: what it leaves out never comes from the run of another request.

        A server may start a request in the context of the one before it. uvicorn does if a client does not wait for the answers.

        Args:
            request: The ASGI scope of the request. It gets a key, `coobird.request`, by which its own runs are known.
        """
        from coobird.client.runs.scope import RequestScope

        return RequestScope(self, request)

    def __call__(self, function: Function) -> Function:
        """Return the function so that each call of it is a run of its own. Coroutines and generators are runs to their end."""
        from coobird.client.runs.decorator import decorate

        decorated: Function = decorate(self, function)
        return decorated


class Runs:
    """The runs of one client. `active()` is the frame of the current one or `None`: the one lookup that every event pays for."""

    __slots__ = ("_current", "active")

    def __init__(self) -> None:
        self._current: ContextVar[Frame | None] = ContextVar("coobird_run", default=None)
        self.active = self._current.get

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
        return RunScope(
            self._current,
            customer_id=customer_id,
            agent_id=agent_id,
            signal_code=signal_code,
            attributes=attributes,
            token=token,
        )

    def current(self) -> Run:
        """Return the current run; one without any value if there is none. Entering it again elsewhere carries it over."""
        frame = self.active()
        return Run(self._current, None, None, None, {}) if frame is None else frame.run


def _is_mapping(value: object) -> bool:
    return hasattr(value, "keys")


def _enter(current: ContextVar[Frame | None], run: Run, scope: object) -> None:
    current.set(Frame(run, current.get(), scope))


def _leave(current: ContextVar[Frame | None], scope: object) -> None:
    # What was entered since and not left is a generator's that stopped in the middle of its run. It ends with the run around it,
    # or it would be the current one for good.
    frame = current.get()
    while frame is not None and frame.scope is not scope:
        frame = frame.outer
    if frame is not None:
        current.set(frame.outer)
