"""How many examples property tests try: a few hundred, or 20,000 with `--hypothesis-profile=full`."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("quick", max_examples=300, deadline=None)
settings.register_profile("full", max_examples=20_000, deadline=None)


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("quick")
