"""httpx and httpx2: a client of either is used, and either alone is enough."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import traceback
from typing import Any

import httpx
import httpx2
import pytest

from coobird import APIConnectionError, AsyncCoomon, ConfigurationError, Coomon, NotFoundError, set_testing
from coobird.mock import MockCoobird

KEY = "sk_test_library_secret"
CLOSED = "http://127.0.0.1:9"


@pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)
def test_a_client_of_either_library_carries_calls_and_events(library: Any, mock: MockCoobird) -> None:
    with library.Client() as http, Coomon(KEY, host=mock.url, http_client=http) as coomon:
        assert coomon.create_customer(name="Acme", type="company").name == "Acme"
        coomon.track_task(customer_id="cust_1", agent_id="agent_1")
        answer = coomon.flush()
        assert answer is not None
        assert answer.accepted == 1
        with pytest.raises(NotFoundError):
            coomon.get_customer("cust_nobody")


@pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)
def test_an_async_client_of_either_library_carries_calls(library: Any, mock: MockCoobird) -> None:
    async def call() -> str:
        async with (
            library.AsyncClient() as http,
            AsyncCoomon(KEY, host=mock.url, async_http_client=http) as coomon,
        ):
            return (await coomon.create_customer(name="Acme", type="company")).name

    assert asyncio.run(call()) == "Acme"


@pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)
def test_an_error_of_either_library_is_a_connection_error_that_shows_no_key(library: Any) -> None:
    with set_testing(), library.Client() as http, Coomon(KEY, host=CLOSED, http_client=http) as coomon:
        with pytest.raises(APIConnectionError, match="ConnectError") as caught:
            coomon.list_customers()
        lines = traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
        assert KEY not in "".join(lines)


@pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)
def test_a_client_of_either_library_that_is_closed_is_named(library: Any, mock: MockCoobird) -> None:
    http = library.Client()
    http.close()
    with (
        Coomon(KEY, host=mock.url, http_client=http) as coomon,
        pytest.raises(APIConnectionError, match="http_client that was given is closed"),
    ):
        coomon.list_customers()


@pytest.mark.parametrize("given", [object(), httpx2.AsyncClient, httpx2.AsyncClient(), httpx.AsyncClient()])
def test_an_http_client_of_another_kind_is_refused_with_the_two_that_work(given: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"an httpx\.Client or an httpx2\.Client, not "):
        Coomon(KEY, host=CLOSED, http_client=given)


ALONE = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

MISSING = sys.argv[2].split(",")
sys.meta_path.insert(0, Missing())
import asyncio
from coobird import AsyncCoomon, Coomon, NotFoundError
from coobird_api.api.customers import list_customers
from coobird_api.client import AuthenticatedClient

with Coomon("sk_test_alone", host=sys.argv[1]) as coomon:
    coomon.track_task(customer_id="cust_1", agent_id="agent_1")
    assert coomon.flush().accepted == 1
    try:
        coomon.get_customer("cust_nobody")
    except NotFoundError as error:
        assert error.response.status_code == 404

async def main():
    async with AsyncCoomon("sk_test_alone", host=sys.argv[1]) as coomon:
        await coomon.list_customers()

asyncio.run(main())
with AuthenticatedClient(base_url=sys.argv[1] + "/api/v1", token="sk_test_alone") as low:
    assert list_customers.sync(client=low).data == []
print(sorted({"httpx", "httpx2", "httpcore", "httpcore2"} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("missing", "used"),
    [("httpx,httpcore", ["httpcore2", "httpx2"]), ("httpx2,httpcore2", ["httpcore", "httpx"])],
)
def test_either_library_alone_is_enough(missing: str, used: list[str], mock: MockCoobird) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE, mock.url, missing],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(used)
