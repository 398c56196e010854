"""Servers with TLS: their certificates are verified, for calls and for events."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from coobird import APIConnectionError, APITimeoutError, AsyncCoomon, Coomon
from tests.support.direct import CUSTOMER, KEY


class Customers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.endswith("slow"):
            self.trickle()
            return
        body = json.dumps(CUSTOMER).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def trickle(self) -> None:
        """Send a byte from time to time, until the client has closed the connection."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        try:
            for _ in range(1000):
                self.wfile.write(b" ")
                time.sleep(0.05)  # the speed of the server, not a wait for anything
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def host(authority: trustme.CA) -> Iterator[str]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with ThreadingHTTPServer(("127.0.0.1", 0), Customers) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(20)


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def call(host: str, customer_id: str = "cus_1", **options: Any) -> str:
    with Coomon(KEY, host=host, max_retries=0, **options) as client:
        return str(client.get_customer(customer_id).id)


def await_call(host: str, customer_id: str = "cus_1", **options: Any) -> str:
    async def main() -> str:
        async with AsyncCoomon(KEY, host=host, max_retries=0, **options) as client:
            return str((await client.get_customer(customer_id)).id)

    return asyncio.run(main())


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("get", [call, await_call])
def test_a_certificate_of_an_authority_that_is_trusted_is_accepted(get: Callable[[str], str], host: str) -> None:
    assert get(host) == "cus_1"


@pytest.mark.parametrize("get", [call, await_call])
def test_a_certificate_of_nobody_that_is_trusted_is_refused(get: Callable[[str], str], host: str) -> None:
    with pytest.raises(APIConnectionError, match="certificate verify failed"):
        get(host)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("get", [call, await_call])
def test_a_certificate_for_another_name_is_refused(get: Callable[[str], str], host: str) -> None:
    with pytest.raises(APIConnectionError, match="certificate verify failed"):
        get(host.replace("127.0.0.1", "localhost"))


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("get", [call, await_call])
def test_an_answer_that_trickles_over_tls_is_a_timeout(get: Callable[..., str], host: str) -> None:
    with pytest.raises(APITimeoutError, match=r"timed out after 0\.5 seconds"):
        get(host, "slow", request_timeout=0.5)
