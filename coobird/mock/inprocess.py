"""The server in a thread of this process, for programs and tests."""

import threading
from contextlib import closing
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from coobird.mock.remote import control
from coobird.mock.server import listen, make_server, url_of

if TYPE_CHECKING:
    import uvicorn

_START_SECONDS = 10.0
_STOP_SECONDS = 10.0


class MockCoobird:
    """A Coobird of your own while the `with` block lasts, in a thread of this process, on a free port of 127.0.0.1.

        with MockCoobird() as mock:
            coomon = Coomon("sk_test_1", host=mock.url)

    Every API key that starts with `sk_` is a tenant of its own. `strict` turns an answer of the server that breaks the
    contract into a 500 that says how. `db` names a file that keeps the state. `seed` names a file of calls to start with.
    `latency` seconds pass before each answer. `salt` (any text) makes ids the same in every run, as a seed does.

    The methods may be called from any thread. It does not survive `fork()`: the child has no server.
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
    ) -> None:
        self._port = port
        self._options: dict[str, Any] = {"db": db, "seed": seed, "strict": strict, "latency": latency, "salt": salt}
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """Where it listens, for example `http://127.0.0.1:49152`: the `host` of a client."""
        if not self._url:
            raise RuntimeError(
                "the mock server is not running: use it as 'with MockCoobird() as mock', or call start()"
            )
        return self._url

    def start(self) -> "MockCoobird":
        """Listen, and return once requests are answered."""
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
        """Close every connection and forget what was kept in memory. Does nothing if it is not running."""
        server, thread = self._server, self._thread
        self._server = self._thread = None
        self._url = ""
        if server is not None and thread is not None:
            server.should_exit = True
            thread.join(_STOP_SECONDS)
            if thread.is_alive():
                raise RuntimeError("the mock server did not stop")

    def __enter__(self) -> "MockCoobird":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def events(
        self, api_key: str | None = None, *, customer_id: str | None = None, agent_id: str | None = None
    ) -> list[dict[str, Any]]:
        """The events that were kept, in the order of arrival: of this key's tenant, or of all; of one customer or agent."""
        asked = {"customer_id": customer_id, "agent_id": agent_id}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        found: list[dict[str, Any]] = self._control("GET", f"/events?{query}", api_key=api_key)["events"]
        return found

    def requests(self, api_key: str | None = None) -> list[dict[str, Any]]:
        """The last 1,000 requests to the API, oldest first."""
        found: list[dict[str, Any]] = self._control("GET", "/requests", api_key=api_key)["requests"]
        return found

    def reset(self, api_key: str | None = None) -> None:
        """Back to the start. Forget what this key's tenant has, or everything: data, faults, recorded requests and the
        clock's settings. Then a seed is planted again, for the tenant that it is of."""
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
        """Make the next `times` requests (None: all) of an operation, or of any, fail with `status`.

        `retry_after` is in seconds. `latency` seconds pass first; with `status=None` that is all that happens. `path` is
        one below the API's base path, such as `/customers/cust_1`. `after` lets the request take effect and spoils only
        its answer. `ValueError` for an operation that does not exist.
        """
        fault = {"operation": operation, "path": path, "status": status, "retry_after": retry_after}
        self._control("POST", "/faults", {**fault, "times": times, "latency": latency, "after": after})

    def faults(self) -> list[dict[str, Any]]:
        """What `fail` asked for and has not happened yet, oldest first; `times` says how often it still will."""
        found: list[dict[str, Any]] = self._control("GET", "/faults")["faults"]
        return found

    def clear_faults(self) -> None:
        """Let requests succeed again."""
        self._control("DELETE", "/faults")

    def now(self) -> datetime:
        """The time as the server sees it, in UTC."""
        return datetime.fromisoformat(self._control("GET", "/clock")["now"])

    def freeze(self, at: datetime | str | None = None) -> None:
        """Stop the clock, at an instant such as `2026-04-01T00:00:00Z` (UTC, if it names no time zone) or where it is."""
        self._control("PUT", "/clock", {"freeze": at.isoformat() if isinstance(at, datetime) else at or True})

    def advance(self, seconds: timedelta | float) -> None:
        """Move the clock on; one that stands still does so afterwards, too."""
        step = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        self._control("PUT", "/clock", {"advance": step})

    def reset_clock(self) -> None:
        """Let the clock show the real time again."""
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
        """Say what a cost signal of this key's tenant costs, from now on, and get the signal. What is left out is cleared.

        `cost_type` is `fixed` (US dollars per unit of quantity) or `variable` (per unit of the signal's `value_field`),
        `category` is `compute`, `llm`, `api`, `storage`, `bandwidth` or `other`. `ValueError` says what makes no sense.
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
    ) -> dict[str, Any]:
        """Bill what a contract of this key's tenant used in the period that `day` lies in (today's, if left out), as the
        real service does by itself, and get the invoice. `tax_rate` is a share: 0.19 is 19 percent. `ValueError` if there
        is nothing to bill."""
        asked = {"day": day if day is None else str(day), "tax_rate": tax_rate, "auto_finalize": auto_finalize}
        body = {name: value for name, value in asked.items() if value is not None}
        path = f"/contracts/{quote(contract_id, safe='')}/invoice"
        invoice: dict[str, Any] = self._control("POST", path, body, api_key=api_key)
        return invoice

    def _control(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        return control(self.url, method, path, body, **options)
