"""Proxies and certificates that the environment names, and direct connections without a proxy."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from coobird import AsyncCoomon, ConfigurationError, Coomon, DroppedEventsError, OutageError
from coobird._http.transport import DirectClient
from tests.support.direct import CUSTOMER, KEY
from tests.support.ingest import Ingest
from tests.support.loopback import Answer, LoopbackServer

HOST = "http://coobird.invalid"
WHO = {"customer_id": "cust_1", "agent_id": "agent_1"}


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.filterwarnings("ignore:.*http.*:UserWarning")
def test_a_proxy_that_the_environment_names_gets_calls_and_events(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest = Ingest()
    with LoopbackServer(lambda request: ingest(request) if request.body else Answer(200, CUSTOMER)) as proxy:
        monkeypatch.setenv(name, proxy.url)
        with Coomon(KEY, host=HOST) as client:
            client.get_customer("cust_1")
            client.track_task(**WHO)
        assert client.stats().delivered == 1
        assert {request.path for request in proxy.requests} == {
            f"{HOST}/api/v1/customers/cust_1",
            f"{HOST}/api/v1/events/batch",
        }


def test_without_a_proxy_requests_go_straight_to_the_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with Coomon(KEY, host="http://127.0.0.1:9") as client:
        assert isinstance(client._pool.client(), DirectClient)


def test_an_answer_has_the_time_that_it_was_waited_for() -> None:
    ready = threading.Event()
    with LoopbackServer([Answer(200, {}, wait=ready)]) as server, Coomon(KEY, host=server.url) as client:
        timer = threading.Timer(0.2, ready.set)
        began = time.monotonic()
        timer.start()
        answer = client._session.post_once("/events/batch", b"{}")
        assert 0 < answer.seconds <= time.monotonic() - began


@pytest.mark.filterwarnings("ignore:.*http.*:UserWarning")
def test_a_proxy_that_cannot_be_used_is_reported_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "gopher://user:secret@proxy.invalid:1")
    wanted = r"No connection can be made: .*proxy.*Correct or unset .*HTTP_PROXY"
    reported: list[Exception] = []
    with Coomon(KEY, host=HOST, max_retries=0, on_error=reported.append) as client:
        with pytest.raises(ConfigurationError, match=wanted) as caught:
            client.get_customer("cust_1")
        client.track_task(**WHO)
    assert "secret" not in str(caught.value)
    assert [type(error) for error in reported] == [OutageError, DroppedEventsError]
    assert all(isinstance(error.__cause__, ConfigurationError) for error in reported)
    assert "secret" not in "".join(map(str, reported))

    async def call() -> None:
        async with AsyncCoomon(KEY, host=HOST) as other:
            await other.get_customer("cust_1")

    with pytest.raises(ConfigurationError, match=wanted):
        asyncio.run(call())


def test_missing_certificates_are_reported_with_their_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    with (
        Coomon(KEY, host="https://127.0.0.1:9") as client,
        pytest.raises(ConfigurationError, match=r"Correct or unset .*SSL_CERT_FILE"),
    ):
        client.get_customer("cust_1")


def test_certificates_are_loaded_for_hosts_with_tls_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    with LoopbackServer([Answer(200, CUSTOMER)]) as server:
        with Coomon(KEY, host=server.url) as client:
            assert client.get_customer("cust_1").id == "cus_1"

        async def call(host: str) -> None:
            async with AsyncCoomon(KEY, host=host) as other:
                await other.get_customer("cust_1")

        asyncio.run(call(server.url))
        with pytest.raises(ConfigurationError, match=r"Correct or unset .*SSL_CERT_FILE"):
            asyncio.run(call("https://127.0.0.1:9"))
