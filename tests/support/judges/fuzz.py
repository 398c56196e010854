"""Schemathesis against a running server, with something to work on."""

import atexit
import copy
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import schemathesis

from coobird import Coomon
from tests.support import ROOT
from tests.support.contract.given import Given
from tests.support.contract.spec import DOCUMENT

HERE = Path(__file__).parent
KEY = "sk_test_judge"
# Enough that what is deleted or used up during a run leaves something to look at.
MANY, SPARE = 6, 3
# Shared, since every chain of calls has its own key.
_connections = httpx.Client()
atexit.register(_connections.close)

Seed = dict[str, list[dict[str, str]]]


def run(url: str, *options: str, seed: int = 1) -> subprocess.CompletedProcess[str]:
    """Judge the server at this URL. Exit code 0: nothing found; 1: something was."""
    world = {"used": made(url, MANY), "spare": made(url, SPARE)}
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "tests.support.judges.depth",
        "JUDGE_SEED": json.dumps(world),
        "NO_COLOR": "1",
    }
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")])
    program = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(HERE / "schemathesis.toml")]
    address = ["--url", f"{url}/api/v1", "--header", f"Authorization: Bearer {KEY}"]
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "spec.json"
        spec.write_text(json.dumps(document_without_keys()), encoding="utf-8")
        # Warnings are no findings: they say where the generator came to its limits.
        command = [*program, "run", str(spec), *address, "--warnings", "off", "--seed", str(seed), *options]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1800)


def config() -> schemathesis.Config:
    """The settings of the command line, for use as a library."""
    return schemathesis.Config.from_path(HERE / "schemathesis.toml")


def document() -> dict[str, Any]:
    """The contract."""
    return copy.deepcopy(DOCUMENT)


def document_without_keys() -> dict[str, Any]:
    """The contract without idempotency keys.

    The generator has one key for all requests, and the server would refuse each as used before.
    """
    whole = document()
    key = {"$ref": "#/components/parameters/IdempotencyKey"}
    for item in whole["paths"].values():
        for operation in item.values():
            if "parameters" in operation:
                operation["parameters"] = [one for one in operation["parameters"] if one != key]
    return whole


def made(url: str, number: int, key: str = KEY) -> Seed:
    """So many things of each kind, by the place where they live: the ids that lead there."""
    with Coomon(key, host=url, http_client=_connections, request_timeout=60) as coomon:
        given, found = Given(coomon, prefix=os.urandom(4).hex()), Seed()
        for _ in range(number):
            for place, make in _makers(given, coomon).items():
                names = [part[1:-1] for part in place.split("/") if part.startswith("{")]
                found.setdefault(place, []).append(dict(zip(names, make(), strict=True)))
        return found


def _makers(given: Given, coomon: Coomon) -> dict[str, Callable[[], list[str]]]:
    def one(make: Callable[..., Any], **options: Any) -> Callable[[], list[str]]:
        return lambda: [make(**options).id]

    def action() -> list[str]:
        made = given.action()
        return [made.agent_id, made.id]

    def charge() -> list[str]:
        made = given.charge()
        return [made.plan_id, made.id]

    def price() -> list[str]:
        made = given.price(pricing_model="tiered")
        return [made.plan_id, made.id]

    def tier() -> list[str]:
        made = given.price(pricing_model="tiered")
        return [made.plan_id, made.id, given.tier(made, start_unit=10**14, tier_order=999, end_unit=None).id]

    return {
        "/customers/{customer_id}": one(given.customer),
        "/agents/{agent_id}": one(given.agent),
        "/agents/{agent_id}/actions/{action_id}": action,
        "/signals/{signal_id}": one(given.cost_signal),
        "/plans/{plan_id}": one(given.plan),
        "/plans/{plan_id}/charges/{charge_id}": charge,
        "/plans/{plan_id}/agent-actions/{action_id}": price,
        "/plans/{plan_id}/agent-actions/{action_id}/tiers/{tier_id}": tier,
        "/contracts/{contract_id}": one(given.active_contract),
        "/payments/{payment_id}": one(given.completed_payment),
        "/invoices/{invoice_id}": one(given.invoice),
        "/wallets/{wallet_id}": one(given.wallet, initial_credits=10**14, allow_negative_balance=True),
    }
