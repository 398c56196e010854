"""Arguments of the command lines, whose messages repeat no value: one may be a secret."""

import argparse
from collections.abc import Sequence


def parsed(parser: argparse.ArgumentParser, given: Sequence[str]) -> argparse.Namespace:
    """Parse all arguments, or name the option that does not exist and exit with code 2."""
    options, unknown = parser.parse_known_args(given)
    if unknown:
        # Only the names of the options: a value may be an API key in the wrong place.
        names = [word.partition("=")[0] for word in unknown if word.startswith("-")]
        parser.error(f"there is no option {names[0]}" if names else "too many arguments")
    return options
