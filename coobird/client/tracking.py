"""The settings, the event queue and the runs that both clients share."""

from __future__ import annotations

from coobird_api.methods.events import TrackMethods

from coobird._settings.headers import checked_headers
from coobird._settings.host import is_loopback
from coobird._settings.settings import Settings
from coobird._settings.testing import limits_in_tests
from coobird.client.once import Once
from coobird.errors import ConfigurationError, InsecureHostWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal
    from inspect import Signature
    from typing import Any, ClassVar, Self, TypeVar

    from coobird_api.models import ActionType

    from coobird._delivery.stats import Stats
    from coobird._http.pool import Pool
    from coobird._settings.api_key import ApiKey
    from coobird._settings.options import CoomonOptions
    from coobird.client.pipeline import Pipeline
    from coobird.client.runs.run import Run
    from coobird.client.runs.scope import RunScope
    from coobird.errors import CoobirdError

    F = TypeVar("F", bound=Callable[..., Any])


class _Signature:
    """Attribute `__signature__` of a client, computed when `inspect` or `help` asks for it."""

    def __get__(self, client: object, owner: type) -> Signature:
        from coobird.client.signature import signature_of

        return signature_of(owner)


class Tracking(TrackMethods, Once):
    """Queues events for the delivery thread. Safe in any thread, and in the child of a fork.

    The `track` methods are plain functions on both clients: they neither wait nor raise.
    """

    __signature__: ClassVar[object] = _Signature()

    _instead_of_pickling = (
        "it has the API key, threads and connections. Build a client in each process, and carry a run "
        "there with run.token()."
    )

    _settings: Settings
    _pipeline: Pipeline
    # Of direct calls: headers that the program adds, and whether they return the whole answer.
    _headers: Mapping[str, str] = {}
    _is_raw = False

    def run(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        token: str | None = None,
    ) -> RunScope:
        """Return a run to enter with `with` or `async with`, or to decorate a function with.

        While it is entered, each event of this client takes from it the values that the event does
        not name. Runs nest: values of the inner run replace those of the outer run, and attributes
        merge. asyncio tasks and `asyncio.to_thread` inherit the run. Carry it into a thread of your
        own with `with run:`, and into another process with `run.token()`.

        Args:
            customer_id: Customer to whom events are billed.
            agent_id: Agent that acts.
            signal_code: Signal that events count towards.
            attributes: Merged into the attributes of every event, over those given to `register`.
            token: Token of a run, which is continued. Other arguments replace its values.

        Returns:
            The run, not yet entered. Any number of calls and tasks may enter it.

        Raises:
            InvalidRunTokenError: The token is not one, or was changed.
            InvalidEventError: The attributes are no mapping.
        """
        return self._pipeline.runs.scope(
            customer_id=customer_id, agent_id=agent_id, signal_code=signal_code, attributes=attributes, token=token
        )

    def metered(
        self,
        *,
        signal_code: str | None = None,
        quantity: float | Callable[[Any], float] = 1,
        cost: Decimal | float | Callable[[Any], Decimal | float | None] | None = None,
        attributes: Mapping[str, Any] | Callable[[Any], Mapping[str, Any]] | None = None,
        action_type: ActionType = "task",
        event_id: Callable[..., str | None] | None = None,
        customer_id: str | None = None,
        agent_id: str | None = None,
    ) -> Callable[[F], F]:
        """Return a decorator that tracks one event for each call of a function that ends well.

        The function may be plain, a coroutine function, or a generator of either kind. Its result,
        its errors and its signature stay the same. A call that raises is not metered. The event
        takes customer, agent and other missing values from the run in which the call began.

        Where a value may be a function, that is called with the call's result; for a generator,
        with the number of items that it yielded until its end, or until it was closed. If such a
        function fails, no event is tracked, and the failure is reported to `on_error`.

        Args:
            signal_code: Signal that the events count towards.
            quantity: Number of units, or a function of the result. Default: 1.
            cost: Cost in US dollars, which becomes the attribute `cost_usd`, or a function of the
                result that returns it, or `None` if it is unknown.
            attributes: Attributes of the events, or a function of the result.
            action_type: `task`, `workflow` or `outcome`.
            event_id: Function of the call's arguments that returns the event's id, so that a call
                that is repeated is billed once. Ids are made if left out.
            customer_id: Customer to bill, if the run names none.
            agent_id: Agent that acts, if the run names none.
        """
        from coobird.client.metered import Metering, metered

        event = {"action_type": action_type, "signal_code": signal_code}
        ids = {"customer_id": customer_id, "agent_id": agent_id}
        metering = Metering(
            self, quantity=quantity, cost=cost, attributes=attributes, event_id=event_id, event=event, ids=ids
        )
        return lambda function: metered(metering, function)

    def current_run(self) -> Run:
        """Return the current run. Without one, return a run that has no values and is false."""
        return self._pipeline.runs.current()

    def report(self, error: CoobirdError) -> None:
        """Report an error to `on_error`, or log it, as the delivery does. Never raises.

        Args:
            error: The error. Integrations report errors that must not disturb the program.
        """
        self._pipeline.report(error)

    def register(self, attributes: Mapping[str, Any]) -> None:
        """Merge these attributes into every event from now on.

        An event or a run that has an attribute of the same name keeps its own value.

        Args:
            attributes: Added to those that were registered before. Their values are read now: later
                changes of the mapping change nothing.

        Raises:
            InvalidEventError: A value cannot be sent. Nothing is registered then.
        """
        self._pipeline.register(attributes)

    def unregister(self, key: str) -> None:
        """Stop merging an attribute into events.

        Args:
            key: Name of the attribute. Nothing happens if it is not registered.
        """
        self._pipeline.unregister(key)

    def stats(self) -> Stats:
        """Return the counts of all tracked events, and facts about their delivery: see `Stats`.

        At any moment, `tracked == delivered + queued + in_flight + dropped + rejected`.
        """
        return self._pipeline.stats()

    def with_options(
        self,
        *,
        max_retries: int | None = None,
        request_timeout: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Return a client with other limits for its calls, and the same queue and connections.

        The delivery of queued events keeps the limits of the client that this is called on.
        Shutting the new client down sends the queue, but stops and closes nothing: the first client
        does that.

        Args:
            max_retries: Number of times that a failed call is tried again. Unchanged if left out.
            request_timeout: Seconds that one try of a call may take, above 0. Unchanged if left
                out.
            headers: Headers to add to each call, for example for a gateway in between. They are
                added to those of this client. Those that the SDK sets, such as `Authorization`,
                are refused.

        Returns:
            A client of the same class. Any number may exist, and making one is cheap.

        Raises:
            ConfigurationError: A value cannot work; the message says what to write instead.
        """
        changes = {"max_retries": max_retries, "request_timeout": request_timeout}
        sibling = self._sibling()
        sibling._settings = self._settings.replace(
            **{name: value for name, value in changes.items() if value is not None}
        )
        if headers:
            sibling._headers = {**self._headers, **checked_headers(headers)}
        return sibling

    def _start(self, pool: Pool) -> None:
        from coobird.client.pipeline import Pipeline

        self._is_sibling = False
        self._pipeline = Pipeline(pool, self._settings)
        self._track = _ignore if self._settings.disabled else self._pipeline.track
        self._at_limit = self._pipeline.at_limit

    def _sibling(self) -> Self:
        """Return a client that shares the settings, the connections and the queue."""
        sibling = object.__new__(type(self))
        vars(sibling).update(vars(self))
        sibling._is_sibling = True
        return sibling

    def __repr__(self) -> str:
        settings: Settings | None = vars(self).get("_settings")
        if settings is None:  # the constructor raised, and a debugger shows the object
            return f"<{type(self).__name__} that was not built>"
        marks = (", disabled=True" if settings.disabled else "") + (", testing=True" if limits_in_tests() else "")
        if settings.transport is not None:
            marks = f", transport={settings.transport.shown!r}{marks}"
        return f"{type(self).__name__}(host={settings.host!r}{marks})"


def _ignore(*event: object) -> None:
    """Track nothing: `_track` of a disabled client."""


def checked_settings(key: ApiKey, options: CoomonOptions, async_http_client: object = None) -> Settings:
    """Return the settings of a client, checked. Warns of plain http at the line that builds it."""
    settings = Settings(key, **options)
    for name, client in (("http_client", settings.http_client), ("async_http_client", async_http_client)):
        if client is not None:
            from coobird._http.http_library import library_of

            wanted = "AsyncClient" if name.startswith("async") else "Client"
            if not isinstance(client, getattr(library_of(client), wanted)):
                given = f"{type(client).__module__.partition('.')[0]}.{type(client).__name__}"
                raise ConfigurationError(f"{name} must be an httpx.{wanted} or an httpx2.{wanted}, not {given}.")
    has_key = not settings.disabled and settings.api_key.reveal() is not None
    if settings.host.startswith("http://") and not is_loopback(settings.host) and has_key:
        import warnings

        message = (
            f"{settings.host} is not encrypted: others on the network can read the API key. Write https:// instead."
        )
        warnings.warn(message, InsecureHostWarning, stacklevel=3)
    return settings
