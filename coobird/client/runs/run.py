"""Runs: the customer, agent, signal and attributes that events in a block of code share.

    with coomon.run(customer_id="cust_1", agent_id="agent_1"):
        coomon.track_task(signal_code="api_call")      # takes both from the run

A run belongs to one client: the events of another client never take anything from it.
"""

from __future__ import annotations

from contextvars import ContextVar

from coobird.client.once import Once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Self


class Run(Once):
    """Values that the events of a block take if they do not name them.

    It never changes, and threads may share it.
    Made by `with coomon.run(...) as run`, or returned by `coomon.current_run()`. `asyncio` tasks
    and `asyncio.to_thread` inherit the current run; threads that you start do not. Carry it into
    one with `with run:`, which makes exactly this run the current one. A run without any value is
    false.

    Attributes:
        customer_id: Customer to whom events are billed, or `None`.
        agent_id: Agent that acts, or `None`.
        signal_code: Signal that events count towards, or `None`.
        attributes: Merged into the attributes of every event. If both have a name, the event's
            value is sent.
    """

    __slots__ = ("_current", "agent_id", "attributes", "customer_id", "signal_code")

    _instead_of_pickling = "it belongs to one client. Send run.token(), and write coomon.run(token=...) there."

    def __init__(
        self,
        current: CurrentRun,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> None:
        self.customer_id: str | None = customer_id
        self.agent_id: str | None = agent_id
        self.signal_code: str | None = signal_code
        # Copied: a later change of the caller's mapping must not change what is billed.
        self.attributes: dict[str, Any] = dict(attributes or {})
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
            # Attributes that are no mapping are passed on: the encoder refuses them with the event.
            attributes = (
                mine if attributes is None else {**mine, **attributes} if is_mapping(attributes) else attributes
            )
        return (
            self.customer_id if customer_id is None else customer_id,
            self.agent_id if agent_id is None else agent_id,
            self.signal_code if signal_code is None else signal_code,
            attributes,
        )

    def within(self, outer: Run) -> Run:
        """Return this run, completed by another run."""
        ids = (
            outer.customer_id if self.customer_id is None else self.customer_id,
            outer.agent_id if self.agent_id is None else self.agent_id,
            outer.signal_code if self.signal_code is None else self.signal_code,
        )
        return Run(self._current, *ids, {**outer.attributes, **self.attributes})

    def token(self) -> str:
        """Return a text that carries this run into another process.

        `coomon.run(token=...)` continues it there.
        Anybody who sees the token can read the run's values, so keep secrets out of `attributes`.
        It holds nothing else: not the API key, nor other settings of the client. Treat it as
        opaque.

        Returns:
            At most 16 KiB of ASCII letters, digits, `.`, `-` and `_`.

        Raises:
            InvalidRunTokenError: The attributes have no JSON form, or the token would be longer
                than 16 KiB.
        """
        from coobird.client.runs.token import write_token

        return write_token(self.customer_id, self.agent_id, self.signal_code, self.attributes)

    def __enter__(self) -> Self:
        self._current.enter(self, scope=self)
        return self

    def __exit__(self, *_: object) -> None:
        self._current.leave(self)

    def __bool__(self) -> bool:
        return bool(self.customer_id or self.agent_id or self.signal_code or self.attributes)

    def __repr__(self) -> str:
        return f"Run(customer_id={self.customer_id!r}, agent_id={self.agent_id!r}, signal_code={self.signal_code!r})"


class Frame:
    """A run that was entered, with the frame of the run around it.

    Leaving searches for `scope`, the object whose `with` entered the run. The tokens of a
    ContextVar do not serve: generators and test fixtures are often left in another context than the
    one that they were entered in, where a token is an error.
    """

    __slots__ = ("outer", "request", "run", "scope")

    def __init__(self, run: Run, outer: Frame | None, scope: object, request: object) -> None:
        self.run: Run = run
        self.outer: Frame | None = outer
        self.scope: object = scope
        self.request: object = request


class CurrentRun:
    """Current run of one client, in each thread and task. `frame()` is its frame, or `None`."""

    __slots__ = ("_frame", "frame")

    def __init__(self) -> None:
        self._frame: ContextVar[Frame | None] = ContextVar("coobird_run", default=None)
        # The ContextVar's own method: `track` calls it for every event.
        self.frame: Callable[[], Frame | None] = self._frame.get

    def enter(self, run: Run, *, scope: object, request: object = None) -> None:
        """Make a run the current one.

        Args:
            run: The run.
            scope: Object that will be passed to `leave`.
            request: Identity of the request that the run is for, or `None`.
        """
        self._frame.set(Frame(run, self._frame.get(), scope, request))

    def leave(self, scope: object) -> None:
        """End the run that was entered last with this scope. Does nothing if there is none."""
        # Frames above it are of generators that stopped in the middle of their runs. They end with
        # the run around them; otherwise one of them would stay the current run for good.
        frame = self._frame.get()
        while frame is not None and frame.scope is not scope:
            frame = frame.outer
        if frame is not None:
            self._frame.set(frame.outer)

    def leave_other_requests(self, request: object) -> None:
        """End the runs of all requests but this one, and the runs inside of them."""
        frame = self._frame.get()
        while frame is not None:
            if frame.request is not None and frame.request is not request:
                self._frame.set(frame.outer)
            frame = frame.outer


def is_mapping(value: object) -> bool:
    """True if `dict(value)` takes the value as a mapping."""
    return hasattr(value, "keys")
