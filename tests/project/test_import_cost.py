"""The modules that an import loads, seen in a fresh process."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "asyncio",
    "attr",
    "attrs",
    "coobird_api.client",
    "coobird_api.models.customer_response",
    "dataclasses",
    "dateutil",
    "email",
    "http",
    "httpcore",
    "httpx",
    "inspect",
    "logging",
    "orjson",
    "ssl",
    "urllib.parse",
    "uuid",
}


def loaded_by(program: str) -> set[str]:
    listing = "import sys; print(*sys.modules, sep='\\n')"
    bare, loaded = (
        subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60)
        for code in (listing, f"{program}\n{listing}")
    )
    assert loaded.returncode == 0, loaded.stderr
    return set(loaded.stdout.split()) - set(bare.stdout.split())


def test_importing_the_package_loads_nothing_else() -> None:
    assert loaded_by("import coobird") <= {"coobird", "__future__"}


# Each takes at least as long to load as three modules of this package. Most load with the encoder,
# when the first event is tracked.
LOADED_LATER = {"contextlib", "importlib", "json", "math", "typing", "warnings"}


@pytest.mark.parametrize("flavour", ["Coomon", "AsyncCoomon"])
def test_building_a_client_loads_nothing_heavy(flavour: str) -> None:
    loaded = loaded_by(f"from coobird import {flavour}\n{flavour}('sk_test_0123456789', host='http://localhost:4444')")
    assert loaded & (HEAVY | LOADED_LATER) == set()
    assert not {name for name in loaded if name.startswith("coobird_api.models.")}


@pytest.mark.parametrize("flavour", ["Coomon", "AsyncCoomon"])
def test_the_encoder_loads_nothing_heavy(flavour: str) -> None:
    loaded = loaded_by(
        f"from coobird import {flavour}\n"
        f"{flavour}('sk_test_0123456789', host='http://localhost:4444').register({{'region': 'eu'}})"
    )
    assert "coobird._encoding.event" in loaded
    assert loaded & HEAVY == set()
    assert not {name for name in loaded if name.startswith("coobird_api.models.")}


def test_a_type_can_be_imported_without_the_client() -> None:
    loaded = loaded_by("from coobird import CustomerResponse, NotFoundError, ListCustomersQuery")
    assert "httpx" not in loaded
    assert "coobird.client.coomon" not in loaded
