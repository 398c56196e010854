"""Local server in a thread of this process, for programs and tests."""

import threading
from contextlib import closing
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from coobird.mock.contract.instants import day_text
from coobird.mock.remote import control
from coobird.mock.server import listen, make_server, url_of

if TYPE_CHECKING:
    import uvicorn

_START_SECONDS = 10.0
_STOP_SECONDS = 10.0


class MockCoobird:
    """Local Coobird server on 127.0.0.1, in a thread of this process, while the `with` block lasts.

        with MockCoobird() as mock:
            coomon = Coomon("sk_test_1", host=mock.url)

    Every API key that starts with `sk_` works, and each is a separate tenant. The methods may be
    called from any thread. A child process after `fork()` has no server.

    Args:
        port: Port to listen on. The default 0 takes a free one, so that servers never collide.
        db: Name of an SQLite file that keeps the state. By default the state is in memory.
        seed: Name of a YAML file of calls that the server carries out at the start.
        strict: Check the server's own answers against the contract. A violation becomes a 500 that
            names it.
        latency: Seconds to wait before each answer.
        salt: Any text. With it, ids are the same in every run, as with a seed.
        known_ids: Reject events that name a customer, agent or signal that does not exist. By
            default any id is taken, as by the real service, and a mistyped one bills nobody.
        demo: Start with the demo data, of the API key `sk_test_demo`. Not together with a seed.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        db: str | None = None,
        seed: str | None = None,
        strict: bool = False,
        latency: float = 0.0,
        salt: str | None = None,
        known_ids: bool = False,
        demo: bool = False,
    ) -> None:
        self._port = port
        self._options: dict[str, Any] = {"db": db, "seed": seed, "strict": strict, "latency": latency, "salt": salt}
        self._options |= {"known_ids": known_ids, "demo": demo}
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """URL of the server, for example `http://127.0.0.1:49152`: the `host` of a client.

        Raises:
            RuntimeError: The server is not running.
        """
        if not self._url:
            raise RuntimeError(
                "the mock server is not running: use it as 'with MockCoobird() as mock', or call start()"
            )
        return self._url

    def start(self) -> "MockCoobird":
        """Start the server, and return when it answers requests.

        Raises:
            RuntimeError: The server is already running.
            MissingPackageError: A package of the extra `mock` is not installed.
            OSError: The port is taken, or the seed cannot be read.
            ValueError: The file of the state or of the seed cannot be used.
        """
        if self._thread is not None:
            raise RuntimeError("the mock server is already running")
        listener = listen("127.0.0.1", self._port)
        try:
            server, service = make_server(**self._options)
        except BaseException:
            listener.close()
            raise
        self._url = url_of(listener)
        self._server = server

        def run() -> None:
            with listener, closing(service):
                server.run(sockets=[listener])

        self._thread = threading.Thread(target=run, name="coobird-mock", daemon=True)
        self._thread.start()
        try:
            self._control("GET", "/health", timeout=_START_SECONDS)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server and close its connections. State in memory is lost.

        Without a running server, it does nothing.

        Raises:
            RuntimeError: The server has not stopped after 10 seconds.
        """
        server, thread = self._server, self._thread
        self._server = self._thread = None
        self._url = ""
        if server is not None and thread is not None:
            server.should_exit = True
            thread.join(_STOP_SECONDS)
            if thread.is_alive():
                raise RuntimeError(f"the mock server has not stopped after {_STOP_SECONDS:g} seconds")

    def __enter__(self) -> "MockCoobird":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def events(
        self, api_key: str | None = None, *, customer_id: str | None = None, agent_id: str | None = None
    ) -> list[dict[str, Any]]:
        """Stored events in the order of arrival.

        Args:
            api_key: Only the events of this key's tenant. By default those of all tenants.
            customer_id: Only the events of this customer.
            agent_id: Only the events of this agent.

        Returns:
            One dict an event: the fields of the contract's `Event`, and `seq`, `tenant`,
            `received_at`, `cost_usd`, `cost_category` and `cost_by_category`. Costs are decimal
            text.
        """
        filters = {"customer_id": customer_id, "agent_id": agent_id}
        query = urlencode({name: value for name, value in filters.items() if value is not None})
        found: list[dict[str, Any]] = self._control("GET", f"/events?{query}", api_key=api_key)["events"]
        return found

    def requests(self, api_key: str | None = None) -> list[dict[str, Any]]:
        """The last 1,000 requests to the API, the oldest first.

        Each is a dict of `method`, `path`, `query`, `operation`, `body`, `status`, `code`, `detail`
        and more. `results` has an entry for each event of a batch that was rejected, with the
        reason, or that was a duplicate: at most 100. `key` is redacted. With `api_key`, only the
        requests of this key's tenant.
        """
        found: list[dict[str, Any]] = self._control("GET", "/requests", api_key=api_key)["requests"]
        return found

    def reset(self, api_key: str | None = None) -> None:
        """Delete the data of this key's tenant.

        Without a key, delete everything: the data of all tenants, faults, recorded requests and the
        clock's setting. Then the seed of the deleted tenants is carried out again.
        """
        self._control("POST", "/reset", api_key=api_key)

    def fail(
        self,
        operation: str | None = None,
        *,
        status: int | None = 500,
        retry_after: int | None = None,
        times: int | None = 1,
        latency: float = 0.0,
        path: str | None = None,
        after: bool = False,
    ) -> None:
        """Make the next matching requests fail.

        Args:
            operation: Operation that fails, such as `create_customer`. None matches every
                operation.
            status: Status of the error, 400 to 599. None: no error, only `latency`.
            retry_after: Seconds in the header `Retry-After`.
            times: Number of requests that fail. None: all, until `clear_faults`.
            latency: Seconds to wait before the answer.
            path: Only requests to this path below the API's base path, such as `/customers/cust_1`.
            after: The request takes effect, and only its answer is replaced by the error.

        Raises:
            ValueError: The operation does not exist, or a value is out of range.
        """
        fault = {"operation": operation, "path": path, "status": status, "retry_after": retry_after}
        self._control("POST", "/faults", {**fault, "times": times, "latency": latency, "after": after})

    def faults(self) -> list[dict[str, Any]]:
        """Faults in force, the oldest first.

        `times` is the number of requests that will still fail.
        """
        found: list[dict[str, Any]] = self._control("GET", "/faults")["faults"]
        return found

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._control("DELETE", "/faults")

    def now(self) -> datetime:
        """Time of the server's clock, in UTC."""
        return datetime.fromisoformat(self._control("GET", "/clock")["now"])

    def freeze(self, at: datetime | str | None = None) -> None:
        """Stop the clock at an instant such as `2026-04-01T00:00:00Z`.

        The default is the present instant. An instant without a time zone is in UTC.
        """
        self._control("PUT", "/clock", {"freeze": at.isoformat() if isinstance(at, datetime) else at or True})

    def advance(self, seconds: timedelta | float) -> None:
        """Move the clock forwards, by seconds or a `timedelta`. A stopped clock stays stopped."""
        step = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        self._control("PUT", "/clock", {"advance": step})

    def reset_clock(self) -> None:
        """Return the clock to the real time."""
        self._control("PUT", "/clock", {"reset": True})

    def set_signal_cost(
        self,
        signal_id: str,
        *,
        api_key: str,
        cost_type: str | None = None,
        cost_per_unit: float | None = None,
        category: str | None = None,
    ) -> dict[str, Any]:
        """Set the cost of a cost signal, for events that arrive later. Omitted values are cleared.

        Args:
            signal_id: Id of the signal.
            api_key: Key of the tenant that has the signal.
            cost_type: `fixed` (US dollars per unit of quantity) or `variable` (US dollars per unit
                of the signal's `value_field`).
            cost_per_unit: US dollars per unit.
            category: `compute`, `llm`, `api`, `storage`, `bandwidth` or `other`.

        Returns:
            The changed signal.

        Raises:
            ValueError: The signal does not exist or is no cost signal, or the values do not fit.
        """
        cost = {"cost_type": cost_type, "cost_per_unit": cost_per_unit, "category": category}
        signal: dict[str, Any] = self._control(
            "PUT", f"/signals/{quote(signal_id, safe='')}/cost", cost, api_key=api_key
        )
        return signal

    def invoice_contract(
        self,
        contract_id: str,
        *,
        api_key: str,
        day: date | str | None = None,
        tax_rate: float | None = None,
        auto_finalize: bool = False,
        again: bool = False,
        difference: bool = False,
        idempotency_key: str | None = None,
    ) -> dict[str, Any]:
        """Make the invoice of a contract for one period. The real service does it by itself.

        Args:
            contract_id: Id of the contract.
            api_key: Key of the tenant that has the contract.
            day: Any day of the period on which the contract is billed. By default today.
            tax_rate: Tax as a fraction: 0.19 is 19 percent.
            auto_finalize: Finalize the invoice as well.
            again: Bill a period once more, though an invoice of it exists.
            difference: Bill only what the period costs beyond its earlier invoices, for example by
                events that arrived later.
            idempotency_key: Key that makes a repeated call safe: it returns the first invoice.

        Returns:
            The new invoice.

        Raises:
            ValueError: The contract does not exist, was never activated or is not billed on that
                day, its period was billed before, or there is nothing to bill.
        """
        options = {"day": day if day is None else day_text(day), "tax_rate": tax_rate, "auto_finalize": auto_finalize}
        options |= {"again": again, "difference": difference}
        body = {name: value for name, value in options.items() if value is not None}
        path = f"/contracts/{quote(contract_id, safe='')}/invoice"
        invoice: dict[str, Any] = self._control("POST", path, body, api_key=api_key, idempotency_key=idempotency_key)
        return invoice

    def _control(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        return control(self.url, method, path, body, **options)
