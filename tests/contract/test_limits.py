"""Constants of the client that repeat the contract: a change of the contract shows each of them."""

from __future__ import annotations

from coobird._encoding.event import MAX_ID_LENGTH, MAX_QUANTITY
from coobird._http.request import MAX_KEY_CHARACTERS
from coobird._settings.host import BASE_PATH, BATCH_PATH
from coobird._settings.settings import MAX_BATCH_EVENTS
from tests.support.contract.spec import DOCUMENT

SCHEMAS = DOCUMENT["components"]["schemas"]
EVENT = SCHEMAS["Event"]["properties"]


def test_every_id_of_an_event_may_be_as_long_as_the_contract_allows() -> None:
    lengths = {EVENT[name]["maxLength"] for name in ("event_id", "customer_id", "agent_id", "signal_code")}
    assert lengths == {MAX_ID_LENGTH}


def test_the_largest_quantity_equals_the_maximum_of_the_contract() -> None:
    assert EVENT["quantity"]["maximum"] == MAX_QUANTITY


def test_the_largest_batch_equals_the_maximum_of_the_contract() -> None:
    assert SCHEMAS["TrackEventsRequest"]["properties"]["events"]["maxItems"] == MAX_BATCH_EVENTS


def test_the_longest_idempotency_key_equals_the_maximum_of_the_contract() -> None:
    assert DOCUMENT["components"]["parameters"]["IdempotencyKey"]["schema"]["maxLength"] == MAX_KEY_CHARACTERS


def test_batches_go_to_the_path_of_track_events() -> None:
    assert DOCUMENT["paths"][BATCH_PATH]["post"]["operationId"] == "track_events"


def test_every_server_of_the_contract_has_the_base_path() -> None:
    assert all(server["url"].endswith(BASE_PATH) for server in DOCUMENT["servers"])
