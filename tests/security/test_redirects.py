"""The API key goes to the host that the client was built for, and to no other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from coobird import APIStatusError, Coomon
from tests.support.direct import KEY, Caller
from tests.support.ingest import Ingest, track
from tests.support.loopback import Answer, LoopbackServer

REDIRECTS = [301, 302, 303, 307, 308]


@pytest.fixture
def other() -> Iterator[LoopbackServer]:
    """The server that the redirects lead to."""
    with LoopbackServer([Answer(200, {"taken": True})]) as running:
        yield running


@pytest.fixture
def server(other: LoopbackServer) -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


@pytest.fixture(params=["our client", "a client that follows redirects"])
def given(request: pytest.FixtureRequest) -> bool:
    return bool(request.param != "our client")


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("status", REDIRECTS)
def test_no_redirect_is_followed(
    server: LoopbackServer, other: LoopbackServer, status: int, is_async: bool, given: bool
) -> None:
    server.script([Answer(status, headers={"Location": f"{other.url}/api/v1/customers"})])
    client: Any = None
    if given:
        client = (httpx.AsyncClient if is_async else httpx.Client)(follow_redirects=True)
    api = Caller(is_async, server.url, given=client)
    for call in (
        lambda: api.get_customer("cus_1"),
        lambda: api.create_customer(name="Acme", type="company"),
        lambda: api.update_customer("cus_1", name="Acme"),
        lambda: api.delete_customer("cus_1"),
    ):
        with pytest.raises(APIStatusError, match=r"a redirect to 127\.0\.0\.1, which is not followed") as caught:
            call()
        assert caught.value.status_code == status
    if given:
        api.run(client.aclose()) if is_async else client.close()
    api.close()
    assert len(server.requests) == 4
    assert other.connections == 0


@pytest.mark.parametrize("status", REDIRECTS)
def test_the_delivery_follows_no_redirect(
    server: LoopbackServer, other: LoopbackServer, status: int, given: bool
) -> None:
    server.script([Answer(status, headers={"Location": f"{other.url}/api/v1/events/batch"})])
    http = httpx.Client(follow_redirects=True) if given else None
    with Coomon(KEY, host=server.url, http_client=http) as client:
        track(client, 3)
        client.flush()
        with pytest.raises(APIStatusError, match="redirect"):
            client.track_task_immediate(customer_id="cust_1", agent_id="agent_1")
    if http is not None:
        http.close()
    assert len(server.requests) == 2
    assert other.connections == 0


def test_nothing_else_that_a_client_of_the_callers_own_knows_takes_the_place_of_the_key(server: LoopbackServer) -> None:
    ingest = Ingest()
    server.script(ingest)
    with (
        httpx.Client(auth=("user", "secret"), headers={"Authorization": "Basic other"}) as http,
        Coomon(KEY, host=server.url, http_client=http) as client,
    ):
        track(client, 1)
    assert [request.headers["authorization"] for request in server.requests] == [f"Bearer {KEY}"]
    assert len(ingest.stored) == 1


def test_a_netrc_file_does_not_take_the_place_of_the_key(
    server: LoopbackServer, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login user password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    server.script([Answer(404)])

    async def main() -> None:
        from coobird import AsyncCoomon

        async with AsyncCoomon(KEY, host=server.url) as client:
            with pytest.raises(APIStatusError):
                await client.get_customer("cus_1")

    asyncio.run(main())
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
