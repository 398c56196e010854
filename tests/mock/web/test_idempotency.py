"""The header `Idempotency-Key`."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx

from coobird.mock import MockCoobird
from tests.support.mock.api import Api, event, refused

ACME = {"name": "Acme", "type": "company"}


def keyed(api: Api, path: str, key: str, body: object) -> httpx.Response:
    return api.post(path, json=body, headers={"Idempotency-Key": key})


def test_the_same_request_gets_the_same_answer_and_takes_effect_once(api: Api) -> None:
    first, again = keyed(api, "/customers", "k", ACME), keyed(api, "/customers", "k", ACME)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert api.got("/customers")["pagination"]["total"] == 1


def test_the_same_body_in_another_spelling_is_the_same(api: Api) -> None:
    keyed(api, "/customers", "k", ACME)
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    response = api.post("/customers", content=b'{ "type": "company",  "name": "\\u0041cme" }', headers=headers)
    assert response.status_code == 201
    assert api.got("/customers")["pagination"]["total"] == 1


def test_the_same_key_with_another_body_or_path_is_refused(api: Api) -> None:
    keyed(api, "/customers", "k", ACME)
    refused(keyed(api, "/customers", "k", {**ACME, "name": "Bolt"}), 409, code="idempotency_key_reused")
    refused(keyed(api, "/agents", "k", {"name": "Acme"}), 409, code="idempotency_key_reused")
    assert api.got("/customers")["pagination"]["total"] == 1


def test_a_request_that_failed_may_be_corrected_under_its_key(api: Api) -> None:
    refused(keyed(api, "/wallets", "k", {"customer_id": "cust_x", "name": "Main"}), 404)
    customer = api.customer()
    assert keyed(api, "/wallets", "k", {"customer_id": customer["id"], "name": "Main"}).status_code == 201


def test_another_tenant_may_use_the_same_key(server: MockCoobird, api: Api) -> None:
    first = keyed(api, "/customers", "k", ACME)
    with Api(server.url) as other:
        assert keyed(other, "/customers", "k", ACME).json()["id"] != first.json()["id"]


def test_a_batch_of_events_is_answered_as_the_first_time(api: Api) -> None:
    batch = {"events": [event("e1")]}
    assert keyed(api, "/events/batch", "k", batch).json()["accepted"] == 1
    assert keyed(api, "/events/batch", "k", batch).json()["accepted"] == 1


def test_sixteen_threads_with_one_key_make_one_top_up(server: MockCoobird, api: Api) -> None:
    customer = api.customer()
    wallet = api.made("/wallets", customer_id=customer["id"], name="Main")["id"]
    barrier = Barrier(16)

    def top_up(number: int) -> bytes:
        with Api(server.url, api.key) as own:
            barrier.wait()
            # Half of them repeat the key of the header, the other half the key of the body.
            if number % 2:
                return keyed(own, f"/wallets/{wallet}/top-up", "k", {"amount": 7}).content
            body = {"amount": 7, "idempotency_key": "k"}
            return own.post(f"/wallets/{wallet}/top-up", json=body).content

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(top_up, range(16)))
    assert len(set(answers)) == 2
    assert api.got(f"/wallets/{wallet}/balance")["credits_balance"] == 14
