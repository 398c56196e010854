"""The client: how it is built, varied and ended. Its other methods are inherited."""

from __future__ import annotations

from coobird_api.methods.events import EventsMethods
from coobird_api.methods.resources import Methods

from coobird._encoding.batch import batch_of
from coobird._http.pool import Pool
from coobird._settings.api_key import ApiKey
from coobird._settings.host import BATCH_PATH
from coobird.client.tracking import Tracking, checked_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from typing import Any, Self, Unpack

    from coobird_api.models import BatchTrackResponse

    from coobird._http.session import Session
    from coobird._settings.options import CoomonOptions
    from coobird.client.budget.budget import Budget
    from coobird.client.raw_calls import RawCalls
    from coobird.errors import ResponseShapeError


class Coomon(Methods, EventsMethods, Tracking):
    """A client of Coobird. Build one and keep it.

    Shut it down, use it in a `with` block, or let the end of the program deliver its queue. Safe to
    use from any thread. After a fork the child's copy works on its own, with an empty queue and its
    own delivery thread and connections. The parent's events are sent once, by the parent.
    """

    _pool: Pool

    def __init__(self, api_key: str | None = None, **options: Unpack[CoomonOptions]) -> None:
        """Check the options. No thread or connection is opened before it is needed. With a spool a
        thread looks for events that ended processes left.

        Args:
            api_key: Key of your tenant. `COOBIRD_API_KEY` if left out.
            host: URL of Coobird, without a path. Default: `COOBIRD_HOST`, else the development
                environment.
            flush_at: Queue length at which events are sent without waiting for the timer. Default:
                20. Soon after another batch, events wait for a full batch, 50 ms at most, so that a
                busy program makes few requests. 1 sends each event at once.
            flush_interval: Seconds between two deliveries of the queue by the timer; 0 for no
                timer. Default: 10.0.
            max_retries: Number of times that a failed request is tried again. Default: 3. For
                queued events it is the number of retries until an outage is reported: see
                `max_event_age`.
            max_batch_size: Largest number of events in one request; the API takes 1000. Default:
                100.
            max_queue_size: Largest number of events that wait in memory. Default: 1000. When it is
                reached, the oldest event is dropped and reported to `on_error`. Up to 16 batches
                that are being sent are not counted.
            max_event_age: Age from which an event that cannot be delivered is dropped. Default:
                86400.0, which is a day. In an outage, or while the API key is refused, events wait
                longer than their retries take. 0 drops them when the retries are used up. The age
                counts from `track`: an event is never dropped earlier. It is dropped later by the
                time until a sender looks at the queue (at most `flush_interval`, or 38 seconds in
                an outage), and by a second or a 32nd of the age. With a spool, events are kept for
                any time unless this is given.
            request_timeout: Seconds that one try of a request may take. Default: 10.0.
            shutdown_timeout: Seconds that the last delivery may take. Default: 30.0.
            debug: True to log what is sent and why, through the logger `coobird`. Default: False.
                `COOBIRD_LOG=debug` in the environment does the same, and so does the level of the
                logger.
            disabled: True to send nothing, for example in tests. Default: False. `track` does
                nothing then, direct calls raise `DisabledError`, and no API key is needed.
            on_error: Called in the delivery thread with each of its errors. Default: they are
                logged.
            spool: File that keeps events until they are delivered. Default: `COOBIRD_SPOOL`, else
                none. Each event is on disk before `track` returns, so that it survives the end of
                the process, however it ends. Any number of processes may share the file.
            spool_sync: Durability of the spool. Default: "normal". "full" if events must survive a
                power cut as well, at one sync of the disk per event.
            spool_max_bytes: Largest size of the spool. Default: 1073741824, which is one gibibyte.
                When it is reached, the oldest event is dropped and reported to `on_error`.
            transport: Topic or table that takes the events instead of the API, from where a relay
                sends them: `kafka://broker:9092/topic` or `postgres://host/database/table`.
                Default: `COOBIRD_TRANSPORT`, else none. An event counts as delivered when the
                broker or database has acknowledged it. A client that only tracks then needs no API
                key.
            http_client: Your own HTTP client, for proxies or certificates. Default: the client
                makes one. It carries direct calls of `Coomon`, and on both clients the delivery of
                queued events, which happens in a thread. It is not closed with the client.

        Raises:
            ConfigurationError: A value cannot work; the message says what to write instead.
            TypeError: There is no such option; the message names all.
        """
        # From here on the key is in no local variable: some tracebacks show those.
        key = ApiKey(api_key)
        del api_key
        self._settings = checked_settings(key, options)
        self._pool = Pool(self._settings.http_client, host=self._settings.host)
        self._start(self._pool)

    @property
    def with_raw_response(self) -> RawCalls:
        """Methods of the same names that return a `RawResponse`: status, headers, value and others.

        `coomon.with_raw_response.get_customer("cust_1")` returns one. Type checkers know its value
        if it is written `coomon.with_raw_response(coomon.get_customer)("cust_1")`. Lists are
        returned a page at a time; `iter_*` and the queued `track` methods have no single answer.
        """
        from coobird.client.raw_calls import RawCalls

        sibling = self._sibling()
        sibling._is_raw = True
        return RawCalls(sibling)

    def budget(
        self,
        wallet_id: str,
        *,
        estimate: float | Decimal,
        idempotency_key: str | None = None,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Budget:
        """Return a budget for one run: `with coomon.budget(wallet_id, estimate=5) as budget`.

        Entering it takes the estimate out of the wallet, or raises. Of many runs at once, on any
        number of machines, exactly as many start as the wallet can pay. Inside,
        `budget.spend(amount)` adds a cost. Leaving it, also by an exception, gives back credits
        that were not spent, or takes those that were spent beyond the estimate. A settlement that
        fails does not change the result of the run: a `SettlementError` goes to `on_error`.

        Args:
            wallet_id: Wallet that pays. A wallet that may go below 0 refuses no run.
            estimate: Credits that the run may cost, to six places. Estimate high: the rest comes
                back.
            idempotency_key: Name of the run, up to 240 characters. With a key of your own (a job's
                id), a run that is repeated after a crash continues with the credits that were
                reserved before. A new key if left out.
            description: Text in the wallet's transactions.
            metadata: Notes in the wallet's transactions; `budget` (the key) and `budget_step` are
                added.

        Raises:
            BudgetError: The estimate or the key cannot be used.
            InsufficientCreditsError: On entering: the wallet cannot pay, so the run must not start.
            APIError: On entering: the credits could not be reserved, so the run must not start.

        Source: openapi/coobird.yaml deduct_wallet, top_up_wallet
        """
        # Loaded when it is used: it brings asyncio and decimal along.
        from coobird.client.budget.budget import Budget, new_account

        return Budget(self, new_account(wallet_id, estimate, idempotency_key, description, metadata))

    def flush(self, timeout: float | None = None) -> BatchTrackResponse | None:
        """Send all queued events, and wait until each is delivered, rejected or dropped.

        Never raises for a failed delivery: events that are lost are reported to `on_error`. Called
        inside `on_error`, it only starts the delivery.

        Args:
            timeout: Most seconds to wait; `shutdown_timeout` if left out. Events that are not sent
                by then stay queued, and an `APITimeoutError` is reported to `on_error`. In an
                outage, and while the server refuses the API key, a flush without a timeout returns
                after one more try.

        Returns:
            The server's answers, added up; `None` if nothing was queued.
        """
        return self._pipeline.flush(timeout)

    def shutdown(self, timeout: float | None = None) -> None:
        """Send the queued events, stop the delivery thread and close the connections.

        Never raises for a failed delivery. A second call does nothing. An event tracked afterwards
        is dropped and reported to `on_error`; direct calls still work, over new connections.

        Args:
            timeout: Most seconds to wait; `shutdown_timeout` if left out. Events that are not sent
                by then are dropped, and reported to `on_error`. With a spool they stay on disk. In
                an outage, and while the server refuses the API key, a shutdown without a timeout
                gives up after one more try.
        """
        if self._is_sibling:
            self._pipeline.flush(self._settings.shutdown_timeout if timeout is None else timeout)
        else:
            self._pipeline.shutdown(timeout)
            self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()

    def _call(self, *args: Any, **kwargs: Any) -> Any:
        return self._session.call(*args, **kwargs)

    def _no_list(self, page: object) -> ResponseShapeError:
        from coobird._http.reading import no_list

        return no_list(page)

    @property
    def _session(self) -> Session:
        # Loaded with the first call: building a client takes a tenth less time.
        from coobird._http.session import Session

        return Session(self._settings, self._pool, headers=self._headers, is_raw=self._is_raw)

    def _send_event(self, *event: Any) -> BatchTrackResponse:
        from coobird.client import immediate

        if self._settings.disabled:
            return immediate.nothing()
        encoded = self._pipeline.encode_now(*event)
        if self._settings.transport is not None:
            return self._pipeline.publish_now(encoded)
        return self._session.post(BATCH_PATH, batch_of([encoded]), immediate.read_answer)
