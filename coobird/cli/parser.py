"""Parser of command lines whose messages repeat no secret."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from coobird._settings.api_key import API_KEY_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEY = re.compile(r"\bsk_[^\s'\"]+")


def without_keys(text: str) -> str:
    """Return the text without API keys: one may have been given in the place of an id."""
    return _KEY.sub("sk_***", text)


class Parser(argparse.ArgumentParser):
    """A parser whose errors repeat no values: one of them may be an API key."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("allow_abbrev", False)
        super().__init__(*args, **options)

    def parse(self, given: Sequence[str]) -> argparse.Namespace:
        """Parse all arguments, or name the one that does not exist and exit with code 2."""
        options, unknown = self.parse_known_args(given)
        if unknown:
            names = [word.partition("=")[0] for word in unknown if word.startswith("-")]
            advice = f": the API key is read from {API_KEY_VARIABLE}" if any("key" in name for name in names) else ""
            self.error(f"there is no option {names[0]}{advice}" if names else "too many arguments")
        return options

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {without_keys(message)}\n")
