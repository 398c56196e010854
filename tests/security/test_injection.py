"""No id, key, option or host gets anything but itself onto the wire."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coobird import ConfigurationError, Coomon, InvalidRequestError
from coobird.errors import InsecureHostWarning
from tests.support.direct import CUSTOMER, KEY
from tests.support.ingest import Ingest
from tests.support.loopback import Answer, LoopbackServer

CONTROL = ["\r\nX-Evil: 1", "\n", "\r", "\x00", "\x1b[2J", "\x7f", "\x85", "\u2028"]

HOSTS = [
    "https://user:hunter2@api.coobird.ai",
    "https://user@api.coobird.ai",
    "https://api.coobird.ai@evil.example",
    "https://api.coobird.ai\\@evil.example",
    "https://api.coobird.ai/api/v1",
    "https://api.coobird.ai?x=",
    "https://api.coobird.ai#",
    "https://api.coobird.ai:443:80",
    "https://api.coobird.ai:0",
    "https://api.coobird.ai:99999",
    "https://api.coobird.ai:٤٤٣",
    "https://api.coobird.ai ",
    "https://api.coobird.ai\r\nHost: evil.example",
    "https://api.coobird.ai\t",
    "https://\u0430pi.coobird.ai",
    "https://api..coobird.ai",
    "https://[::1%25lo]",
    "https://",
    "https:api.coobird.ai",
    "api.coobird.ai",
    "ftp://api.coobird.ai",
    "file:///etc/passwd",
    "javascript://api.coobird.ai",
]


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer([Answer(200, CUSTOMER)]) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: LoopbackServer) -> Iterator[Coomon]:
    with Coomon(KEY, host=server.url) as running:
        yield running


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_more_than_a_host_is_refused_with_what_to_write_instead(host: str) -> None:
    with pytest.raises(ConfigurationError, match="write") as caught:
        Coomon(KEY, host=host)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("host", ["http://api.coobird.ai", "http://10.0.0.1:4444", "http://localhost.evil.example"])
def test_plain_http_to_another_machine_is_warned_of(host: str) -> None:
    with pytest.warns(InsecureHostWarning, match="others on the network can read the API key"):
        Coomon(KEY, host=host)


@pytest.mark.parametrize(
    "host", ["http://localhost:4444", "http://127.0.0.1", "http://[::1]:80", "https://api.coobird.ai"]
)
def test_https_and_loopback_hosts_cause_no_warning(host: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Coomon(KEY, host=host)


@pytest.mark.parametrize("evil", CONTROL)
@pytest.mark.parametrize("source", ["argument", "environment"])
def test_a_key_with_control_characters_is_refused_and_not_shown(
    evil: str, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = f"sk_test_secret{evil}rest"
    if source == "environment":
        if "\x00" in evil:
            return  # no environment can hold it
        monkeypatch.setenv("COOBIRD_API_KEY", key)
    with pytest.raises(ConfigurationError) as caught:
        Coomon(key if source == "argument" else None, host="http://127.0.0.1:9")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("evil", CONTROL)
def test_control_characters_in_ids_and_idempotency_keys_are_refused(
    server: LoopbackServer, client: Coomon, evil: str
) -> None:
    before = len(server.requests)
    with pytest.raises(InvalidRequestError, match="customer_id"):
        client.get_customer(f"cus_1{evil}")
    with pytest.raises(InvalidRequestError, match="idempotency_key"):
        client.create_customer(name="Acme", type="company", idempotency_key=f"once{evil}")
    assert len(server.requests) == before


IDS = st.text(st.characters(), max_size=12) | st.sampled_from(
    [
        "..",
        ".",
        "../..",
        "..%2f",
        "%2e%2e",
        "a/../b",
        "//evil.example",
        "?a=b",
        "#",
        ";x",
        "@evil",
        "\\..\\",
        "{customer_id}",
    ]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ids=st.lists(IDS, min_size=2, max_size=2), search=st.text(max_size=12))
def test_whatever_an_id_is_the_request_is_one_line_with_as_many_segments_as_the_template(
    server: LoopbackServer, client: Coomon, ids: list[str], search: str
) -> None:
    before = len(server.requests)
    try:
        client.delete_plan_charge(*ids)
    except InvalidRequestError:
        assert len(server.requests) == before
        return
    except Exception:  # noqa: BLE001 - the server answers 200 to a DELETE; what counts is what was asked
        pass
    request = server.requests[-1]
    assert request.method == "DELETE"
    assert request.path.isascii()
    _, api, v1, plans, plan, charges, charge = request.path.split("/")
    assert (api, v1, plans, charges) == ("api", "v1", "plans", "charges")
    for segment, ident in zip((plan, charge), ids, strict=True):
        from urllib.parse import unquote

        assert unquote(segment) == ident
        assert unquote(segment) not in (".", "..")
        assert not set(segment) & set("?#;\\ @{}")
    assert set(request.headers) == {"accept", "accept-encoding", "authorization", "host", "user-agent"}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(max_size=20), min_size=3, max_size=3))
def test_whatever_an_event_holds_the_request_is_the_same_but_for_its_body(texts: list[str]) -> None:
    ingest = Ingest()
    with LoopbackServer(ingest) as server, Coomon(KEY, host=server.url, on_error=lambda error: None) as client:
        name, value, event_id = texts
        client.track_task(customer_id="cust_1", agent_id="agent_1", event_id=event_id or None, attributes={name: value})
        client.track_task(customer_id="cust_1", agent_id="agent_1", event_id="the last")
        client.flush()
        (request,) = server.requests
        assert request.path == "/api/v1/events/batch"
        assert "x-evil" not in request.headers
        assert request.headers["content-length"] == str(len(request.body))
        assert ingest.ids[-1] == "the last"


def test_options_that_are_not_what_they_should_be_are_refused() -> None:
    wrong: list[dict[str, Any]] = [
        {"max_retries": "3"},
        {"request_timeout": float("nan")},
        {"request_timeout": float("inf")},
        {"flush_at": True},
        {"debug": "no"},
        {"on_error": "print"},
        {"http_client": object()},
    ]
    for options in wrong:
        with pytest.raises(ConfigurationError, match=next(iter(options))):
            Coomon(KEY, host="http://127.0.0.1:9", **options)
