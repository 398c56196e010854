"""Lets the requests that schemathesis generates get past the front door.

By themselves, nearly all requests name things that do not exist, and all carry the same codes. The
server then answers 404 and 409, and the judge sees few other answers. Here, valid requests are
changed: unknown ids are replaced by ids that the server issued, unique values are used once, and
words with a meaning are mostly used with it. Two checks are added: valid requests are refused only
by rules that the contract states, and every operation succeeds at least once.
"""

import json
import os
import random
import re
from collections import defaultdict
from collections.abc import MutableMapping
from typing import Any

import schemathesis
from hypothesis import strategies as st

# Paths of things that have an id.
PLACES = (
    "/customers/{customer_id}",
    "/contracts/{contract_id}",
    "/agents/{agent_id}",
    "/agents/{agent_id}/actions/{action_id}",
    "/plans/{plan_id}",
    "/plans/{plan_id}/charges/{charge_id}",
    "/plans/{plan_id}/agent-actions/{action_id}",
    "/plans/{plan_id}/agent-actions/{action_id}/tiers/{tier_id}",
    "/signals/{signal_id}",
    "/payments/{payment_id}",
    "/invoices/{invoice_id}",
    "/wallets/{wallet_id}",
)
MADE_AT = {place.rpartition("/")[0]: place for place in PLACES} | {"/agents/with-actions": "/agents/{agent_id}"}
# Fields of bodies that hold ids, and the things that they refer to.
REFERENCES = {
    "customer_id": "/customers/{customer_id}",
    "plan_id": "/plans/{plan_id}",
    "parent_plan_id": "/plans/{plan_id}",
    "contract_id": "/contracts/{contract_id}",
    "invoice_id": "/invoices/{invoice_id}",
    "agent_action_id": "/agents/{agent_id}/actions/{action_id}",
    "billable_signal_id": "/signals/{signal_id}",
    "cost_signal_ids": "/signals/{signal_id}",
    "add_cost_signal_ids": "/signals/{signal_id}",
}
# Fields whose values can be used only once.
UNIQUE = ("idempotency_key", "external_id", "code", "signal_code", "charge_code")
# Text with a meaning in these forms only, although any text is valid. `None`: for every operation.
WORDS = {
    (None, "sort"): ("created_at", "id"),
    (None, "pricing_model"): ("per_unit", "tiered", "package"),
    ("update_payment", "status"): ("completed", "completed", "failed", "pending"),
    ("update_payment", "payment_method"): ("check", "wire"),
    ("update_signal", "status"): ("active", "inactive"),
}
OLDEST = 10

# Fields that the server may refuse by a rule of the contract although the schema allows them.
RULES: dict[str, set[str]] = {
    "create_contract": {"end_date"},
    "update_contract": {"end_date"},
    "cancel_contract": {"cancellation_date"},
    "create_agent_with_actions": {"actions.cost_signal_ids"},
    "create_agent_action": {"cost_signal_ids"},
    "update_agent_action": {"cost_signal_ids", "add_cost_signal_ids"},
    "update_plan": {"parent_plan_id"},
    "create_payment": {"invoice_id", "currency"},
    "refund_payment": {"amount"},
    "preview_invoice": {"contract_id"},
    "create_wallet": {"auto_recharge_threshold", "auto_recharge_amount"},
    "top_up_wallet": {"amount", "credit_amount"},
    "deduct_wallet": {"amount"},
}
_INVOICE = {"contract_id", "due_date", "billing_period_to", "line_items.total_cents", "line_items.period_to"}
_PRICE = {"unit_price", "package_size", "package_price", "billable_signal_id"}
_TIER = {"start_unit", "end_unit"}
RULES |= dict.fromkeys(("create_invoice", "update_invoice"), _INVOICE)
RULES |= dict.fromkeys(
    ("create_plan_agent_action", "update_plan_agent_action"), _PRICE | {f"tiers.{field}" for field in _TIER}
)
RULES |= dict.fromkeys(("create_plan_agent_action_tier", "update_plan_agent_action_tier"), _TIER)

schemathesis.openapi.format("iso-4217", st.sampled_from(["USD", "EUR", "JPY", "GBP"]))

Seed = dict[str, list[dict[str, str]]]


class World:
    """Things on the server that this process knows. The same requests lead to the same choices."""

    def __init__(self, used: Seed, spare: Seed) -> None:
        # By place: the ids that lead to each thing there.
        self._issued = defaultdict(list, used)
        # Things that nothing refers to, to be deleted.
        self._spare = defaultdict(list, spare)
        self._ever_issued = {frozenset(ids.items()) for things in used.values() for ids in things}
        self._taken: set[tuple[str, str]] = set()
        self._chance = random.Random(1)

    def guide(self, case: Any) -> None:
        """Change a valid request so that it can succeed."""
        if case.meta is None or not case.meta.generation.mode.is_positive:
            return
        self._lead_somewhere(case)
        for part in (case.query, case.body):
            if isinstance(part, MutableMapping):
                self._make_sense(part, operation_of(case))

    def learn(self, case: Any, response: Any) -> None:
        """Take in what a request made, or what it deleted."""
        if case.method == "DELETE" and response.status_code == 204:
            things = self._issued[case.operation.path]
            things[:] = [ids for ids in things if ids != case.path_parameters]
        if case.method != "POST" or response.status_code != 201:
            return
        place, answer = MADE_AT[case.operation.path], response.json()
        ids = self._remember(place, case.path_parameters or {}, answer)
        for field in ("actions", "tiers"):
            if part := MADE_AT.get(f"{place}/{field}"):
                for item in answer[field]:
                    self._remember(part, ids, item)

    def _lead_somewhere(self, case: Any) -> None:
        ids, place = dict(case.path_parameters or {}), case.operation.path[: case.operation.path.rfind("}") + 1]
        is_linked = case.meta.phase.name.value == "stateful" and frozenset(ids.items()) in self._ever_issued
        if not ids or is_linked:
            return
        if case.method == "DELETE" and self._spare[place]:
            case.path_parameters = self._spare[place].pop()
        elif self._issued[place]:
            # The oldest were made beforehand, in states from which something can be done with them.
            case.path_parameters = dict(self._chance.choice(self._issued[place][:OLDEST]))

    def _make_sense(self, part: Any, operation: str) -> None:
        """Change values in place, also further inside."""
        for name, value in list(part.items()):
            if place := REFERENCES.get(name):
                self._refer(part, name, place)
            elif name in UNIQUE and isinstance(value, str) and value:
                part[name] = self._unused(name, value)
            elif words := WORDS.get((None, name)) or WORDS.get((operation, name)):
                part[name] = self._chance.choice([value, *words])
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict) and name not in ("metadata", "config", "attributes"):
                    self._make_sense(item, operation)

    def _refer(self, part: Any, name: str, place: str) -> None:
        ids = [list(found.values())[-1] for found in self._issued[place]]
        if ids:
            part[name] = [self._chance.choice(ids)] if isinstance(part[name], list) else self._chance.choice(ids)

    def _unused(self, name: str, value: str) -> str:
        if (name, value) in self._taken:
            return f"{self._chance.getrandbits(64):x}"
        self._taken.add((name, value))
        return value

    def _remember(self, place: str, parent: dict[str, str], made: dict[str, Any]) -> dict[str, str]:
        """Take in a new thing; the ids that lead to it."""
        ids = {**parent, place.rpartition("/")[2].strip("{}"): made["id"]}
        self._issued[place].append(ids)
        self._ever_issued.add(frozenset(ids.items()))
        return ids


def operation_of(case: Any) -> str:
    return str(case.operation.definition.raw["operationId"])


@schemathesis.check
def valid_requests_are_refused_only_by_stated_rules(ctx: Any, response: Any, case: Any) -> None:
    if response.status_code != 422 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    operation = operation_of(case)
    stated = RULES.get(operation, set()) | ({"sort"} if operation.startswith("list_") else set())
    named = {re.sub(r"\.\d+", "", error["field"]) for error in response.json()["errors"]}
    assert named <= stated, f"{operation} refused {named - stated}, which no rule of the contract does"


@schemathesis.check
class EveryOperationSucceedsOnce:
    """Nothing was really looked at where no request ever got through."""

    def __init__(self) -> None:
        self.tested: set[str] = set()
        self.reached: set[str] = set()

    def after_response(self, ctx: Any, response: Any, case: Any) -> None:
        self.tested.add(case.operation.label)
        if 200 <= response.status_code < 300:
            self.reached.add(case.operation.label)

    def after_run(self, ctx: Any) -> None:
        missed = sorted(self.tested - self.reached)
        assert not missed, f"no request ever succeeded at {', '.join(missed)}"


def load() -> None:
    """Install the hooks for a run of the command line, in the world that `JUDGE_SEED` describes."""
    world = World(**json.loads(os.environ["JUDGE_SEED"]))

    @schemathesis.hook
    def before_call(context: Any, case: Any, kwargs: Any) -> None:
        world.guide(case)

    @schemathesis.hook
    def after_call(context: Any, case: Any, response: Any) -> None:
        world.learn(case, response)


if "JUDGE_SEED" in os.environ:
    load()
