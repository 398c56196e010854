"""Helpers of the tests: servers, programs to start, and fakes. No test is in here."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
"""Folder of the checkout. Programs that tests start with `python -m tests.support...` start there."""
