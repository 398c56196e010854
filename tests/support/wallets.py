"""Answers of a server about a wallet."""

from __future__ import annotations

from typing import Any

NOW = "2026-04-01T00:00:00Z"
WALLET: dict[str, Any] = {
    "id": "wallet_1",
    "customer_id": "cust_1",
    "name": "Main",
    "description": None,
    "status": "active",
    "currency": "USD",
    "conversion_rate": 1,
    "credits_balance": 10,
    "auto_recharge_enabled": False,
    "auto_recharge_threshold": None,
    "auto_recharge_amount": None,
    "allow_negative_balance": False,
    "metadata": {},
    "created_at": NOW,
    "updated_at": NOW,
}
TRANSACTION: dict[str, Any] = {
    "id": "txn_1",
    "wallet_id": "wallet_1",
    "type": "deduction",
    "amount": 5,
    "credit_amount": -5,
    "credit_type": None,
    "balance_before": 10,
    "balance_after": 5,
    "description": None,
    "idempotency_key": None,
    "metadata": {},
    "created_at": NOW,
}
