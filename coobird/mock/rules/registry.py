"""Registration of rules by operation, and of presenters by kind of document."""

from collections.abc import Callable
from typing import Any

from coobird.mock.contract.json_text import JsonObject
from coobird.mock.rules.request import CheckedRequest

Rule = Callable[[CheckedRequest], Any]
Presenter = Callable[[CheckedRequest, JsonObject], JsonObject]

RULES: dict[str, Rule] = {}
"""Rules by operation. Operations without one are generic: see `lookup`."""
PRESENTERS: dict[str, Presenter] = {}
"""Presenters of the kinds whose answers differ from the stored document."""


def rule(operation: str) -> Callable[[Rule], Rule]:
    """Register the rule of an operation. It runs in a transaction: raising undoes its changes."""

    def register(function: Rule) -> Rule:
        RULES[operation] = function
        return function

    return register


def presenter(kind: str) -> Callable[[Presenter], Presenter]:
    """Register the function that turns a stored document of this kind into its answer."""

    def register(function: Presenter) -> Presenter:
        PRESENTERS[kind] = function
        return function

    return register
