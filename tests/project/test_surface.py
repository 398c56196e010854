"""Public names of `coobird`: complete, and the same for programs and for type checkers."""

from __future__ import annotations

import ast
import inspect
import typing
from typing import Any

import coobird_api.models
import pytest

import coobird
from coobird import errors
from tests.support import ROOT
from tests.support.surface import public

# Public names that are not models of the API.
OURS = {
    "UNSET",
    "AsyncBudget",
    "AsyncCoomon",
    "Budget",
    "Coomon",
    "CoomonOptions",
    "ListQuery",
    "Outbox",
    "PaginatedResponse",
    "RawResponse",
    "Run",
    "RunScope",
    "Stats",
    "Unset",
    "__version__",
    "after_last_delivery",
    "before_last_delivery",
    "flush_on_signals",
    "outbox",
    "reset_in_child",
    "set_testing",
    "InsecureHostWarning",
    "InvalidRunTokenError",
}


def exceptions() -> set[str]:
    return {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.CoobirdError)
    }


def test_the_list_of_names_is_complete_and_sorted() -> None:
    assert set(coobird.__all__) == OURS | exceptions() | set(coobird_api.models.__all__)
    constants = [name for name in coobird.__all__ if name.isupper()]
    others = [name for name in coobird.__all__ if not name.isupper()]
    assert coobird.__all__ == (*sorted(constants), *sorted(others))


@pytest.mark.parametrize("name", coobird.__all__)
def test_each_name_can_be_imported_and_says_what_it_is(name: str) -> None:
    value = getattr(coobird, name)
    assert name in dir(coobird)
    if inspect.isclass(value):
        assert value.__doc__
        assert value.__name__ == name


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse((ROOT / "coobird" / "__init__.py").read_text())
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {alias.name for node in ast.walk(checked) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen == OURS | exceptions() | {"*"}


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Coobird'"):
        _ = coobird.Coobird
    with pytest.raises(ImportError):
        exec("from coobird import create_customer")


def test_everything_can_be_imported_at_once() -> None:
    names: dict[str, Any] = {}
    exec("from coobird import *", names)
    assert set(coobird.__all__) <= set(names)


def test_each_error_names_its_public_home() -> None:
    for name in exceptions():
        assert getattr(coobird, name).__module__ == "coobird.errors"


def test_track_options_are_the_arguments_of_the_track_methods() -> None:
    for options, method in [
        ("TrackOptions", "track"),
        ("TrackTaskOptions", "track_task"),
        ("TrackWorkflowOptions", "track_workflow"),
        ("TrackOutcomeOptions", "track_outcome"),
    ]:
        kind: Any = getattr(coobird, options)
        hints = typing.get_type_hints(kind, include_extras=True)
        required = {key for key, hint in hints.items() if typing.get_origin(hint) is typing.Required}
        for flavour in (coobird.Coomon, coobird.AsyncCoomon):
            for name in (method, f"{method}_immediate"):
                parameters = dict(inspect.signature(getattr(flavour, name)).parameters)
                del parameters["self"]
                assert parameters.keys() == kind.__annotations__.keys()
                assert {key for key, value in parameters.items() if value.default is value.empty} == required


def test_client_options_are_the_arguments_of_the_client() -> None:
    parameters = inspect.signature(coobird.Coomon).parameters
    assert coobird.CoomonOptions.__annotations__.keys() == parameters.keys() - {"api_key"}


def test_queries_are_the_arguments_of_the_lists() -> None:
    lists = [name for name in public(coobird.Coomon) if name.startswith("list_")]
    queries = {name for name in coobird.__all__ if name.startswith("List") and name.endswith("Query")} - {"ListQuery"}
    for name in lists:
        query = "".join(word.title() for word in name.split("_")) + "Query"
        parameters = inspect.signature(getattr(coobird.Coomon, name)).parameters.values()
        keywords = {parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY}
        if keywords:
            assert typing.get_type_hints(getattr(coobird, query)).keys() == keywords
            queries.remove(query)
    assert queries == set()
