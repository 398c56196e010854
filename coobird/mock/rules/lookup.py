"""Lookup of the rule of an operation."""

from coobird.mock.contract.spec import Operation
from coobird.mock.rules import agents, contracts, crud, events, invoices, payments, plans, signals, tiers, wallets
from coobird.mock.rules.registry import RULES, Rule
from coobird.mock.state.resources import RESOURCES

# The import of each of these modules registers its rules.
MODULES = (agents, contracts, events, invoices, payments, plans, signals, tiers, wallets)


def rule_for(operation: Operation) -> Rule | None:
    """The operation's own rule, else the generic create, get, list, update or delete of its kind.

    None if there is neither.
    """
    if operation.id in RULES:
        return RULES[operation.id]
    verb, _, noun = operation.id.partition("_")
    generic = {"create": crud.create, "get": crud.get, "update": crud.update, "delete": crud.delete}.get(verb)
    if verb == "list":
        generic, noun = crud.list_, noun.removesuffix("s")
    if generic is None or noun not in RESOURCES:
        return None
    act, kind = generic, noun
    return lambda request: act(request, kind)
