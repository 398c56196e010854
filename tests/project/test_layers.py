"""Allowed imports between modules, read from the source."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement

from tests.support import ROOT

PACKAGES = {"coobird": ROOT / "coobird", "coobird_api": ROOT / "generated" / "coobird_api"}

# They do not wait, send or use random numbers. Time and random numbers are passed in, so that their
# tests need neither.
PURE = (
    "_delivery.error_log",
    "_delivery.event_ages",
    "_delivery.health",
    "_delivery.outcome",
    "_delivery.queue",
    "_delivery.relay.checks",
    "_delivery.relay.entrance",
    "_delivery.relay.facts",
    "_delivery.relay.judging",
    "_delivery.relay.offsets",
    "_delivery.relay.pace",
    "_delivery.relay.waiting",
    "_delivery.schedule",
    "_delivery.split",
    "_delivery.spool.format",
    "_delivery.spool.order",
    "_delivery.traffic",
    "_delivery.transport.message",
    "_delivery.transport.postgres_sql",
    "_delivery.transport.sent",
    "_delivery.unreported",
    "_encoding.batch",
    "_encoding.conversions",
    "_encoding.event",
    "_encoding.foreign",
    "_encoding.json_text",
    "_http.answer",
    "_http.reading",
    "_http.refusals",
    "_http.request",
    "_http.retry",
    "_http.tries",
    "_settings.api_key",
    "_settings.host",
    "_settings.settings",
    "_settings.transport",
    "client.budget.account",
    "client.budget.credits",
    "integrations._metering.list_age",
    "integrations._metering.own_prices",
    "integrations._metering.pricing",
    "integrations._metering.terms",
    "integrations._metering.anthropic_terms",
    "integrations._metering.call",
    "integrations._metering.known_fields",
    "integrations._metering.openai_terms",
    "integrations._metering.sellers",
    "integrations._metering.span_kinds",
    "integrations._metering.usage",
)
IMPURE = {"httpx", "threading", "_thread", "asyncio", "time", "random", "socket", "concurrent", "queue"}
# library finds the HTTP library for all others; errors is below it.
KNOW_HTTPX = {
    "coobird._http.http_library",
    "coobird.errors",
}
# Network layers of the HTTP libraries, which require them.
NETWORK_LAYERS = {"httpx": "httpcore", "httpx2": "httpcore2"}
DEPENDENCIES = {"attr", "attrs", "dateutil", "orjson", *NETWORK_LAYERS, *NETWORK_LAYERS.values()}
# Engines of a transport, each known to the modules that speak with it, which load when it is used.
ENGINES = {"confluent_kafka": "kafka", "psycopg": "postgres", "sqlalchemy": "outbox"}
# Parts that need an extra. Each imports its own packages and is imported by no other part.
EXTRAS = ("coobird.mock", "coobird.integrations", "coobird.pytest_plugin", "coobird.cli.")


def is_for_type_checkers(node: ast.If) -> bool:
    return "TYPE_CHECKING" in ast.unparse(node.test) and not isinstance(node.test, ast.UnaryOp)


def imports_in(nodes: list[ast.stmt], package: str) -> Iterator[str]:
    """Every module that is imported when the program runs, also inside functions."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                origin = ".".join([*above, *filter(None, [origin])])
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.If) and is_for_type_checkers(node):
            yield from imports_in(node.orelse, package)
        else:
            for field in ("body", "orelse", "finalbody", "handlers", "cases"):
                yield from imports_in(getattr(node, field, []), package)


@cache
def imports() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, folder in PACKAGES.items():
        for path in folder.rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            module = ".".join([name, *(part for part in parts if part != "__init__")])
            package = module if path.name == "__init__.py" else module.rpartition(".")[0]
            found[module] = set(imports_in(ast.parse(path.read_text()).body, package))
    return found


def modules(prefix: str) -> list[str]:
    found = [module for module in imports() if module == prefix or module.startswith(f"{prefix}.")]
    assert found, f"there is no module {prefix}"
    return found


def packages_of(module: str) -> set[str]:
    return {name.partition(".")[0] for name in imports()[module]}


def test_the_generated_package_knows_nothing_of_ours() -> None:
    assert [module for module in modules("coobird_api") if "coobird" in packages_of(module)] == []


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_neither_waits_nor_sends(name: str) -> None:
    assert packages_of(f"coobird.{name}") & IMPURE == set()


@pytest.mark.parametrize(("library", "layer"), NETWORK_LAYERS.items())
def test_an_http_library_requires_the_network_layer_that_is_used_with_it(library: str, layer: str) -> None:
    required = [Requirement(text) for text in requires(library) or ()]
    here = {one.name for one in required if one.marker is None or one.marker.evaluate({"extra": ""})}
    assert layer in here


def test_one_module_finds_the_http_library_for_all_others() -> None:
    ours = [module for module in modules("coobird") if not module.startswith(EXTRAS)]
    assert {module for module in ours if {"httpx", "httpx2"} & packages_of(module)} <= KNOW_HTTPX


def test_only_the_session_sends() -> None:
    sending = {"send", "request", "stream", "get", "post", "put", "patch", "delete", "urlopen"}
    for module in (module for module in modules("coobird") if not module.startswith(EXTRAS)):
        path = PACKAGES["coobird"].joinpath(*module.split(".")[1:])
        source = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text()
        calls = {ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}
        clients = {f"{owner}.{verb}" for owner in ("client", "httpx", "self._client") for verb in sending}
        assert not calls & clients or module == "coobird._http.session", module


def test_the_local_server_shares_nothing_with_the_client() -> None:
    for module in modules("coobird.mock"):
        ours = {name for name in imports()[module] if name.startswith("coobird")}
        allowed = ("coobird.mock", "coobird._version")
        assert {name for name in ours if not name.startswith(allowed) and name != "coobird"} == set(), module


def test_integrations_use_the_public_surface_only() -> None:
    public = "coobird.integrations"
    for module in modules(public):
        ours = {name for name in imports()[module] if name.startswith("coobird") and not name.startswith(public)}
        assert {name for name in ours if any(part.startswith("_") for part in name.split("."))} == set(), module
        assert not any(name.startswith("coobird_api") for name in ours), module


def test_nothing_depends_on_an_extra() -> None:
    for module in (module for module in modules("coobird") if not module.startswith(EXTRAS)):
        assert not {name for name in imports()[module] if name.startswith(EXTRAS)}, module
        engines = {package for package, name in ENGINES.items() if name in module.rpartition(".")[2].split("_")}
        foreign = packages_of(module) - set(sys.stdlib_module_names) - set(PACKAGES) - engines
        assert foreign <= DEPENDENCIES, module
