"""Marks for tests whose SDKs leave connections, or dropped streams, to the garbage collector."""

from __future__ import annotations

import pytest

LEFT_TO_THE_COLLECTOR = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.usefixtures("collected"),
]
"""The collector's warnings are ignored, and it runs at the end of the module, so that no other test
gets them."""
