"""Seeds: calls that the server carries out before the first request, to start with data.

    key: sk_test_demo
    calls:
      - create_customer: {name: Acme, type: company}
        as: acme
      - create_wallet: {customer_id: $acme.id, name: Prepaid, initial_credits: 100}
      - set_signal_cost: {signal_id: $llm.id, cost_type: fixed, cost_per_unit: 0.002, category: llm}

A call is an operation of the contract with its ids and fields, or `set_signal_cost`, which the real
service offers in its dashboard. `as` names an answer, `$name.field` stands for a part of it, and
`$$` for a dollar sign. Every call is checked like a request. A seed is carried out once: not again
with a database file that has it already, but again after a reset.
"""

import hashlib
import json
from typing import Any

import yaml

from coobird.mock.contract import json_text
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import Problem
from coobird.mock.contract.schemas import check
from coobird.mock.contract.spec import PlainLoader
from coobird.mock.rules.signal_cost import COST_SCHEMA, set_signal_cost
from coobird.mock.service.service import Service
from coobird.mock.state.tenants import tenant_of

DEFAULT_KEY = "sk_test_seed"
_SCHEMA: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "required": ["calls"],
    "properties": {
        "key": {"type": "string"},
        "calls": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"as": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}},
                "additionalProperties": {"type": ["object", "null"]},
            },
        },
    },
}


class SeedError(ValueError):
    """The seed cannot be carried out. The message has the number of the call and the reason."""


def load_seed(service: Service, text: str) -> None:
    """Carry out a seed (YAML or JSON), now and after each reset.

    Raises:
        SeedError: The text is not a seed, or a call was refused. The calls before it have taken
            effect.
    """
    try:
        seed = json_text.decode(json.dumps(yaml.load(text, PlainLoader)).encode())  # noqa: S506 (plain values only)
        check(service.spec.schemas.compile(_SCHEMA), seed)
        tenant = tenant_of(f"Bearer {seed.get('key', DEFAULT_KEY)}")
    except (yaml.YAMLError, TypeError, ValueError, Problem) as error:
        raise SeedError(f"the seed is invalid: {error}") from None
    _carry_out_calls(service, tenant, seed["calls"])

    def carry_out_again(cleared: str | None) -> None:
        if cleared in (None, tenant):
            _carry_out_calls(service, tenant, seed["calls"])

    service.on_reset = carry_out_again


def _carry_out_calls(service: Service, tenant: str, calls: list[JsonObject]) -> None:
    # The mark of a seed that was carried out is stored like an idempotency key, and deleted with
    # them. A second run without it would undo later changes, for example with calls that update.
    mark = tenant, "seed", hashlib.blake2b(json_text.canonical(calls).encode(), digest_size=16).hexdigest()
    if service.store.stored_answer(*mark) is not None:
        return
    answers: dict[str, Any] = {}
    for number, call in enumerate(calls, 1):
        names = [name for name in call if name != "as"]
        try:
            if len(names) != 1:
                raise SeedError(f"must name one operation, not {', '.join(names) or 'none'}")
            answer = _carry_out(service, tenant, number, names[0], _filled(call[names[0]] or {}, answers))
        except (Problem, SeedError) as error:
            raise SeedError(f"call {number} of the seed ({', '.join(names)}): {error}") from None
        if "as" in call:
            answers[call["as"]] = answer
    with service.store.transaction():
        service.store.store_answer(*mark, fingerprint="", status=200, answer=b"")


def _carry_out(service: Service, tenant: str, number: int, name: str, values: JsonObject) -> Any:
    if name == "set_signal_cost":
        signal_id = values.pop("signal_id", "")
        check(service.spec.schemas.compile(COST_SCHEMA), values)
        with service.store.transaction():
            return set_signal_cost(service.data(tenant), signal_id, values)
    operation = service.spec.operations.get(name)
    if operation is None:
        raise SeedError("the contract has no such operation")
    path = {part: str(values.pop(part, "")) for part in operation.path_names}
    headers = {"idempotency-key": f"seed-{number}"} if operation.method == "POST" else {}
    raw = json_text.encode(values) if operation.body_schema else b""
    content = service.answer(tenant, operation, path, "", headers, raw).content
    return json.loads(content) if content else None


def _filled(value: Any, answers: dict[str, Any]) -> Any:
    """The value with every `$name.field` replaced by that part of an answer."""
    if json_text.is_object(value):
        return {name: _filled(part, answers) for name, part in value.items()}
    if json_text.is_array(value):
        return [_filled(part, answers) for part in value]
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    if value.startswith("$$"):
        return value[1:]
    name, *parts = value[1:].split(".")
    try:
        found = answers[name]
        for part in parts:
            found = found[int(part) if json_text.is_array(found) else part]
    except (KeyError, IndexError, ValueError, TypeError):
        raise SeedError(f"{value} names no part of an earlier answer") from None
    return found
