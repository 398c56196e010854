"""A second key, on every route: it sees, changes and blocks nothing of the first key's tenant."""

import pytest

from coobird import Coomon, NotFoundError
from tests.support.contract.complete import CALLS
from tests.support.contract.given import Given
from tests.support.contract.spec import OPERATIONS

LISTS = [name for name, operation in OPERATIONS.items() if name.startswith("list_") and not operation.path_names]
# These name nothing that exists already.
FREE = ["track_events", "create_customer", "create_agent", "create_signal"]
REACHING = [name for name in OPERATIONS if name not in [*LISTS, *FREE]]


@pytest.mark.parametrize("operation", LISTS)
def test_a_list_holds_nothing_of_another_tenant(
    given: Given, coomon: Coomon, other_tenant: Coomon, operation: str
) -> None:
    call = CALLS[operation](given)
    assert call.make(other_tenant, operation).pagination.total == 0
    assert call.make(coomon, operation).pagination.total > 0


@pytest.mark.parametrize("operation", REACHING)
def test_nothing_of_another_tenant_can_be_reached(
    given: Given, coomon: Coomon, other_tenant: Coomon, operation: str
) -> None:
    call = CALLS[operation](given)
    with pytest.raises(NotFoundError):
        call.make(other_tenant, operation)
    call.make(coomon, operation)


@pytest.mark.parametrize("operation", FREE)
def test_the_same_names_can_be_used_by_two_tenants(
    given: Given, coomon: Coomon, other_tenant: Coomon, operation: str
) -> None:
    call = CALLS[operation](given)
    mine, theirs = call.make(coomon, operation), call.make(other_tenant, operation)
    if operation == "track_events":
        assert mine.accepted == theirs.accepted == 1
    else:
        assert mine.id != theirs.id


@pytest.mark.parametrize("operation", [name for name in FREE if name != "track_events"])
def test_an_idempotency_key_is_the_tenants_own(
    given: Given, coomon: Coomon, other_tenant: Coomon, operation: str
) -> None:
    call = CALLS[operation](given)
    mine = call.make(coomon, operation, idempotency_key="key_1")
    assert call.make(other_tenant, operation, idempotency_key="key_1").id != mine.id
