from __future__ import annotations

import pytest

from tests.support.browser import BROWSER, NAMES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if BROWSER is None:
        terminalreporter.write_line(
            f"The local server's page was not tested: no browser found. Install one of {', '.join(NAMES)}."
        )
