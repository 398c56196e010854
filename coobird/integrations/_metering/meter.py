"""From a call of a model to one event: who pays, what it cost, and whether it was billed already."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from math import isfinite
from time import time_ns
from typing import TYPE_CHECKING, Any, Protocol

from coobird.errors import CoobirdError
from coobird.integrations._checks import check_coomon
from coobird.integrations._metering.event_ids import event_id_of
from coobird.integrations._metering.ledger import ledger_of
from coobird.integrations._metering.price_list import price_function
from coobird.integrations._metering.second_reports import report_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from coobird.client.runs.run import Run
    from coobird.integrations._metering.call import Call


class MeteringError(CoobirdError):
    """A call of a model could not be metered as it should. Only ever given to `on_error`.

    Attributes:
        call: What is known about the call: `provider`, `model`, `response_id`, `source` and so on.
    """

    def __init__(self, message: str, *, call: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.call: dict[str, Any] = dict(call or {})


class UsageMissingError(MeteringError):
    """The provider did not say (all of) how many tokens a call took. Nothing is guessed, and nothing is billed as zero."""


class PriceMissingError(MeteringError):
    """The price of a model is not known, so events of it have no `cost_usd`. Told once for each model."""


class Client(Protocol):
    """What an integration needs of `Coomon` or `AsyncCoomon`."""

    def track_task(self, *args: Any, **event: Any) -> None: ...
    def current_run(self) -> Run: ...
    def report(self, error: CoobirdError) -> None: ...


class Shield:
    """`with shield:` keeps whatever goes wrong in metering away from the program that is metered: it is reported instead."""

    def __init__(self, client: Client, failure: str = "A call could not be metered") -> None:
        check_coomon(client)
        self._client = client
        self._failure = failure

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if not isinstance(error, Exception):
            return False
        failure = MeteringError(f"{self._failure}: {type(error).__name__}: {error}")
        failure.__cause__ = error
        self._client.report(failure)
        return True


class Meter:
    """Bills calls through one client. Safe to use from any thread.

    Args:
        customer_id, agent_id, signal_code, attributes: For calls that neither their run nor anything closer names them for.
        cost: True for the price list, or a function that gives a call's cost in US dollars, or `None` if it is not known.

    Raises:
        ConfigurationError: `cost=True` without the price list, or what is no client of Coobird.
    """

    def __init__(
        self,
        client: Client,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        cost: bool | Callable[[Call], Decimal | None] = False,
    ) -> None:
        self._price = price_function(cost)
        # In this thread and now. SDKs that have left httpx look whether it is there, and fail at one that a sender of events is
        # only half through importing.
        import httpx  # noqa: F401  # pyright: ignore[reportUnusedImport]

        self.client = client
        self.shield = Shield(client)
        self.ledger = ledger_of(client)
        self._ids = (customer_id, agent_id)
        self._signal_code = signal_code
        self._attributes = dict(attributes or {})

    def bill(
        self,
        call: Call,
        run: Run | None,
        *,
        event_id: str | None = None,
        ids: tuple[str | None, str | None] = (None, None),
        fallback_ids: tuple[str | None, str | None] = (None, None),
    ) -> None:
        """Track one event for a call with usage, unless that was done before.

        Args:
            run: The run that the call was made in, as `Coomon.current_run` gave it then.
            event_id: For an answer that has no id of its own; a random one if left out.
            ids: Customer and agent as the call itself names them: they win over the run.
            fallback_ids: Those that it inherited from further away: the run wins over them.
        """
        usage = call.usage
        event_id = event_id_of(call.response_id) or event_id
        if usage is None:
            return
        seen = (call.source, usage.input, usage.output)
        if event_id is not None and not self.ledger.bill_first(event_id, seen):
            if usage.output is not None and call.is_exact and self.ledger.is_another_answer(event_id, seen):
                self._tell_same_id(call)
            return
        inherited = {**self._attributes, **({} if run is None else run.attributes)}
        attributes: dict[str, Any] = {**inherited, **call.facts(), **usage.attributes()}
        if usage.output is None:
            attributes["usage_incomplete"] = True
        elif self._price is not None and "cost_usd" not in inherited:
            cost = self._cost(call)
            if cost is not None:
                attributes["cost_usd"] = cost
        if not call.is_exact:
            attributes["usage_inexact"] = True
            self._tell_inexact(call)
        own = (None, None) if run is None else (run.customer_id, run.agent_id)
        customer_id, agent_id = (
            next((name for name in names if name is not None), None)
            for names in zip(ids, own, fallback_ids, self._ids, strict=True)
        )
        # The call belongs to the run it was made in, which need not be the one that is current when its stream ends.
        with nullcontext() if run is None else run:
            self.client.track_task(
                customer_id=customer_id,
                agent_id=agent_id,
                signal_code=(None if run is None else run.signal_code) or self._signal_code,
                attributes=attributes,
                metadata=call.traces(),
                event_id=event_id,
                timestamp=call.ended_at or datetime.now(UTC),
            )

    def settle(self, call: Call, run: Run, start_ns: int, *, event_id: str | None = None) -> None:
        """Bill a call that ends now, or tell that its usage is not known, unless somebody else has reported the same call.

        Args:
            start_ns: When the call began.
            event_id: For an answer that has no id of its own.
        """
        report = report_of(call, run, start_ns, time_ns(), event_id)
        if call.usage is None:
            if not self.ledger.recent.covers(report):
                self.tell(call)
        elif not self.ledger.recent.repeats(report):
            self.bill(call, run, event_id=event_id)

    def tell(self, call: Call) -> None:
        """Report a call whose usage is (partly) unknown, unless it was reported or billed in full before."""
        event_id = event_id_of(call.response_id)
        if call.usage is None and self.ledger.is_billed(event_id):
            return
        if event_id is not None and not self.ledger.tell_first(event_id):
            return
        what = "its usage is not known" if call.usage is None else "its output tokens are not known"
        outcome = "It is not billed" if call.usage is None else "Its input tokens are billed"
        answer = f" ({call.response_id})" if call.response_id else ""
        message = (
            f"A call of {call.model or call.provider or 'a model'}{answer}: {what}, because {call.reason}. {outcome}."
        )
        self.client.report(UsageMissingError(message, call=call.facts() | call.traces()))

    def _tell_same_id(self, call: Call) -> None:
        message = (
            f"Another answer of {call.model} has the same id {call.response_id} and other totals. It is not billed."
            " Let the server give each answer an id of its own; some make it from the header X-Request-Id."
        )
        self.client.report(MeteringError(message, call=call.facts() | call.traces()))

    def _tell_inexact(self, call: Call) -> None:
        if self.ledger.tell_first(("inexact", call.source)):
            message = (
                f"{call.source} counts some output tokens of streams twice, so these events have usage_inexact."
                " Use wrap(client), or the spans that the SDK emits by itself, beside it or instead. (Told once.)"
            )
            self.client.report(MeteringError(message, call=call.facts() | call.traces()))

    def _cost(self, call: Call) -> Decimal | None:
        assert self._price is not None
        # A call is to be paid for even where its price cannot be found.
        with Shield(self.client, "The cost of a call could not be found out"):
            cost = self._price(call)
            if cost is None and self.ledger.tell_first(("price", call.provider, call.model)):
                message = f"The price of {call.model!r} of {call.provider or 'an unknown provider'} is not known: its events have no cost_usd."
                self.client.report(PriceMissingError(message, call=call.facts()))
            elif cost is not None and not (cost >= 0 and isfinite(cost)):
                raise ValueError(f"{cost!r} is no amount")  # an event with it would be refused, and the call lost
            return cost
        return None
