"""What the operations do. A rule is named by its operation; operations without one are plain create, get, list, update
or delete of a document."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from coobird.mock.contract.spec import Operation
from coobird.mock.rules import crud
from coobird.mock.rules.request import Call
from coobird.mock.state.resources import RESOURCES

Rule = Callable[[Call], Any]

RULES: dict[str, Rule] = {}

_MODULES = ("agents", "contracts", "events", "invoices", "payments", "plans", "signals", "tiers", "wallets")


def rule(operation: str) -> Callable[[Rule], Rule]:
    """Make a function the rule of an operation. It runs in a transaction: raising undoes all that it did."""

    def register(function: Rule) -> Rule:
        RULES[operation] = function
        return function

    return register


def load() -> None:
    """Import all rules, once."""
    for name in _MODULES:
        import_module(f"{__name__}.{name}")


def rule_for(operation: Operation) -> Rule | None:
    """The operation's own rule, else the generic one that its name asks for; None if nobody answers."""
    if operation.id in RULES:
        return RULES[operation.id]
    verb, _, noun = operation.id.partition("_")
    generic = {"create": crud.create, "get": crud.get, "update": crud.update, "delete": crud.delete}.get(verb)
    if verb == "list":
        generic, noun = crud.list_, noun.removesuffix("s")
    if generic is None or noun not in RESOURCES:
        return None
    act, kind = generic, noun
    return lambda call: act(call, kind)
