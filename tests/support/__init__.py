"""Helpers of the tests: servers, programs to start, and fakes. No test is in here."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
"""Folder of the checkout, in which tests start programs of `tests.support`."""
