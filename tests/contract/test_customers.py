"""Customers: the rules that no schema says."""

import pytest

from coobird import ConflictError, Coomon, CustomerResponse, NotFoundError, UnprocessableEntityError
from tests.support.contract.given import Given
from tests.support.contract.judge import Judge
from tests.support.contract.reading import refused


def test_a_new_customer_is_active_and_has_nothing_that_was_not_given(coomon: Coomon) -> None:
    customer = coomon.create_customer(name="Acme", type="company")
    assert (customer.name, customer.type, customer.status) == ("Acme", "company", "active")
    assert (customer.email, customer.phone, customer.external_id, customer.currency) == (None, None, None, None)
    assert customer.metadata == {}
    assert customer.created_at == customer.updated_at


def test_an_update_moves_updated_at_and_keeps_created_at(coomon: Coomon, given: Given) -> None:
    before = given.customer()
    after = coomon.update_customer(before.id, name="Bolt")
    assert after.created_at == before.created_at
    assert after.updated_at >= before.updated_at


def test_metadata_is_replaced_as_a_whole(coomon: Coomon, given: Given) -> None:
    customer = given.customer(metadata={"tier": "gold", "old": True})
    assert coomon.update_customer(customer.id, metadata={"tier": "silver"}).metadata == {"tier": "silver"}


@pytest.mark.parametrize("metadata", [{}, {"": None}, {"list": [[], [{}]], "umlaut": "ä ☃ 𝄞", "n": 0.1, "big": 10**15}])
def test_metadata_comes_back_as_it_went_in(coomon: Coomon, given: Given, metadata: dict[str, object]) -> None:
    assert coomon.get_customer(given.customer(metadata=metadata).id).metadata == metadata


def test_filters_must_all_match(coomon: Coomon, given: Given) -> None:
    wanted = given.customer(status="suspended", type="agent")
    given.customer(status="suspended")
    given.customer(type="agent")
    assert coomon.list_customers(status="suspended", type="agent").data == [wanted]
    assert list(coomon.iter_customers(status="suspended", type="agent", limit=1)) == [wanted]


@pytest.mark.parametrize("text", ["straße", "STRA", "ße 9", "e 9"])
def test_search_finds_any_part_of_a_name_whatever_its_case(coomon: Coomon, given: Given, text: str) -> None:
    wanted = given.customer(name="Straße 9")
    given.customer(name="Weg 9")
    assert coomon.list_customers(search=text).data == [wanted]


def test_a_value_that_no_customer_has_finds_none(coomon: Coomon, given: Given) -> None:
    given.customer()
    assert coomon.list_customers(status="inactive").data == []
    assert coomon.list_customers(search="unheard of").data == []


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.violates(f"request.query.{name}")) for name in ("status", "type")]
)
def test_a_value_that_no_customer_can_have_is_refused(coomon: Coomon, name: str) -> None:
    with refused(UnprocessableEntityError, field=name):
        coomon.list_customers(**{name: "unheard_of"})  # type: ignore[arg-type]


def test_customers_can_be_sorted_by_name(coomon: Coomon, given: Given) -> None:
    second, first = given.customer(name="B"), given.customer(name="A")
    assert coomon.list_customers(sort="name").data == [first, second]


def test_an_external_id_is_taken_only_once(coomon: Coomon, given: Given) -> None:
    given.customer(external_id="ext_1")
    other = given.customer(external_id="ext_2")
    with refused(ConflictError, code="already_exists", field="external_id"):
        given.customer(external_id="ext_1")
    with refused(ConflictError, code="already_exists", field="external_id"):
        coomon.update_customer(other.id, external_id="ext_1")


def test_a_cleared_external_id_is_free_again(coomon: Coomon, given: Given) -> None:
    first = given.customer(external_id="ext_1")
    coomon.update_customer(first.id, external_id=None)
    assert given.customer(external_id="ext_1").external_id == "ext_1"


@pytest.mark.parametrize("what", ["contract", "wallet"])
def test_a_customer_in_use_cannot_be_deleted(coomon: Coomon, given: Given, what: str) -> None:
    customer = given.customer()
    getattr(given, what)(customer_id=customer.id)
    with refused(ConflictError, code="in_use"):
        coomon.delete_customer(customer.id)
    assert coomon.get_customer(customer.id) == customer


@pytest.mark.violates("request.body.name")
def test_a_name_cannot_be_cleared(coomon: Coomon, given: Given) -> None:
    customer = given.customer()
    with refused(UnprocessableEntityError, field="name"):
        coomon.update_customer(customer.id, name=None)  # type: ignore[arg-type]


# The proxy does not know the format of currencies.
@pytest.mark.violates("request.body.name")
def test_all_wrong_fields_are_named_at_once(coomon: Coomon) -> None:
    with pytest.raises(UnprocessableEntityError) as refusal:
        coomon.create_customer(name="", type="company", currency="EURO")
    assert {entry["field"] for entry in refusal.value.body["errors"]} == {"name", "currency"}


@pytest.mark.parametrize("name", ["a/b", "a?b=c", "a%2Fb", "ä ☃", "a#b"])
def test_an_id_stays_one_segment_of_the_path(coomon: Coomon, given: Given, judge: Judge, name: str) -> None:
    given.customer()
    with pytest.raises(NotFoundError) as refusal:
        coomon.get_customer(name)
    assert repr(name) in refusal.value.body["detail"]


def test_a_refusal_carries_what_support_asks_for(coomon: Coomon, judge: Judge) -> None:
    with pytest.raises(NotFoundError) as refusal:
        coomon.get_customer("cust_unknown")
    error = refusal.value
    assert (error.method, error.path, error.status_code) == ("GET", "/api/v1/customers/cust_unknown", 404)
    assert error.request_id == judge.answers[-1].headers["x-request-id"]
    assert error.code == "not_found"
    assert "cust_unknown" in str(error)


def test_an_answer_can_be_turned_into_json_and_back(given: Given) -> None:
    customer = given.customer(metadata={"a": [1]}, email="a@b.test")
    assert CustomerResponse.from_dict(customer.to_dict()) == customer
