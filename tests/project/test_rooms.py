"""Rooms of the package: allowed import directions, absence of circles, size of the top level.

Every import counts: those inside functions, and those for type checkers only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "coobird"

ALLOWED = {
    "__init__": {"_delivery", "_encoding", "_http", "_settings", "_version", "client", "errors"},
    "cli": {"__init__", "_delivery", "_encoding", "_http", "_settings", "client", "errors", "mock"},
    "pytest_plugin": {"__init__", "mock"},
    "integrations": {"__init__", "errors"},
    "client": {"_delivery", "_encoding", "_http", "_settings", "errors"},
    "_delivery": {"_encoding", "_http", "_settings", "errors"},
    "_http": {"_encoding", "_settings", "_version", "errors"},
    "_settings": {"errors"},
    "_encoding": set[str](),
    "errors": set[str](),
    "mock": {"_version"},
    "_version": set[str](),
}
"""Rooms on the top level of `coobird`, each with the rooms that it may import."""

TOWERS = {
    "mock": [
        {"contract"},
        {"state"},
        {"billing"},
        {"rules"},
        {"service"},
        {"dashboard"},
        {"web"},
        {"options", "remote", "server", "source"},
        {"inprocess"},
        {"export"},
        {"cli"},
        {"__init__", "__main__"},
    ],
    "integrations": [
        {"_checks", "_once"},
        {"_metering"},
        {"_callbacks", "_metrics", "_run_opener", "_spans", "_wrapping"},
        {"_batches"},
        {"__init__"},
    ],
}
"""Floors of a room, the lowest first. A floor imports only floors below it."""

MAX_ENTRIES = 12
MAX_LAYERS = 10


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its name; a folder stands for its `__init__`."""
    found: dict[str, Path] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        found[".".join(["coobird", *path.relative_to(PACKAGE).with_suffix("").parts])] = path
    return found


def module_of(name: str) -> str | None:
    """The module that an import of this name reads; `None` if it is not one of ours."""
    while name:
        for candidate in (name, f"{name}.__init__"):
            if candidate in modules():
                return candidate
        name = name.rpartition(".")[0]
    return None


def names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports name the whole path"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imports() -> dict[str, set[str]]:
    """The modules of ours that each module imports."""
    return {
        module: {found for name in names_in(ast.parse(path.read_text("utf-8"))) if (found := module_of(name))}
        for module, path in modules().items()
    }


def arrows(folder: str) -> dict[str, set[str]]:
    """Imports between the entries of a folder, for example `{"_http": {"errors"}, ...}`."""
    found: dict[str, set[str]] = {}
    for module, imported in imports().items():
        if module.startswith(f"{folder}."):
            entry = entry_of(module, folder)
            inside = {entry_of(name, folder) for name in imported if name.startswith(f"{folder}.")}
            found.setdefault(entry, set()).update(inside - {entry})
    return found


def entry_of(module: str, folder: str) -> str:
    return module.removeprefix(f"{folder}.").partition(".")[0]


def witnesses(folder: str, entry: str, imported: Iterable[str]) -> list[str]:
    """The imports that lead from one entry of a folder to others, as `module -> module`."""
    wanted = {f"{folder}.{name}" for name in imported}
    return [
        f"{module} -> {name}"
        for module, names in imports().items()
        for name in sorted(names)
        if entry_of(module, folder) == entry and f"{folder}.{entry_of(name, folder)}" in wanted
    ]


def circle_in(graph: dict[str, set[str]]) -> list[str] | None:
    """A path that ends where it began, or `None`."""
    done: set[str] = set()

    def visit(node: str, path: list[str]) -> list[str] | None:
        if node in path:
            return [*path[path.index(node) :], node]
        if node not in done:
            for other in sorted(graph.get(node, ())):
                if found := visit(other, [*path, node]):
                    return found
            done.add(node)
        return None

    return next((found for node in sorted(graph) if (found := visit(node, []))), None)


def test_every_room_is_in_the_table() -> None:
    assert set(arrows("coobird")) == set(ALLOWED)


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_the_rooms_that_the_table_allows(room: str) -> None:
    assert witnesses("coobird", room, arrows("coobird")[room] - ALLOWED[room]) == []


@pytest.mark.parametrize("room", TOWERS)
def test_a_floor_imports_only_floors_below_it(room: str) -> None:
    folder, floors = f"coobird.{room}", TOWERS[room]
    graph = arrows(folder)
    below: set[str] = set()
    for floor in floors:
        assert floor <= set(graph)
        for entry in sorted(floor):
            assert witnesses(folder, entry, graph[entry] - below) == []
        below |= floor
    # Public modules of integrations stand on top; each of mock's entries has its floor.
    assert room != "mock" or below == set(graph)


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle_in(imports()) is None


@pytest.mark.parametrize("folder", sorted({name.rpartition(".")[0] for name in modules()}))
def test_no_entries_of_a_folder_import_each_other_in_a_circle(folder: str) -> None:
    assert circle_in(arrows(folder)) is None


def test_the_top_level_has_few_entries_and_few_layers() -> None:
    graph = arrows("coobird")
    assert len(graph) <= MAX_ENTRIES
    assert circle_in(graph) is None

    @cache
    def height(entry: str) -> int:
        return 1 + max((height(other) for other in graph[entry]), default=0)

    assert max(map(height, graph)) <= MAX_LAYERS


def test_a_circle_is_found_where_one_is() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle_in({"a": {"b", "c"}, "b": {"c"}, "c": set()}) is None


def test_imports_for_type_checkers_and_inside_functions_count() -> None:
    source = "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from coobird.errors import APIError\ndef f():\n    import coobird.mock"
    assert {module_of(name) for name in names_in(ast.parse(source))} == {"coobird.errors", "coobird.mock.__init__"}
