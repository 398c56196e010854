"""A local Coobird, clients of both flavours that return when a call is done, and a wallet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from coobird import Coomon
from coobird.mock import MockCoobird


@pytest.fixture
def reported() -> list[Any]:
    """Errors that went to `on_error`."""
    return []


@pytest.fixture
def coomon(mock: MockCoobird, key: str, reported: list[Any]) -> Iterator[Coomon]:
    with Coomon(key, host=mock.url, max_retries=0, on_error=reported.append) as client:
        yield client
    mock.reset(key)


@pytest.fixture
def new_wallet(coomon: Coomon) -> Callable[..., str]:
    def make(credits: float | Decimal, **options: Any) -> str:
        customer = coomon.create_customer(name="Acme", type="company")
        number: Any = credits
        return coomon.create_wallet(customer_id=customer.id, name="Main", initial_credits=number, **options).id

    return make


@pytest.fixture
def held(coomon: Coomon) -> Callable[[str], Decimal]:
    """Return the credits that a wallet holds, exactly."""
    return lambda wallet_id: Decimal(repr(coomon.get_wallet_balance(wallet_id).credits_balance))
