"""A headless Chromium for all tests of the page.

Without an installed browser, these tests do not exist. With `COOBIRD_TEST_BROWSER=required`, as in
CI, they fail instead.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import BROWSER, NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

HAS_BROWSER = os.environ.get("COOBIRD_TEST_BROWSER") == "required" or (
    BROWSER is not None and bool(find_spec("playwright"))
)

# The sandbox needs rights that a container may not have. The other options prevent requests of the
# browser itself.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert BROWSER is not None, f"COOBIRD_TEST_BROWSER=required, but none of {', '.join(NAMES)} is installed"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Playwright gives it an empty user data directory.
        running = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def complaints() -> list[str]:
    """Errors, refused requests and violations of the content security policy in the browser."""
    return []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if BROWSER is None:
        terminalreporter.write_line(
            f"The local server's page was not tested: no browser found. Install one of {', '.join(NAMES)}."
        )
