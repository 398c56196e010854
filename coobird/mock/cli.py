"""Command line of the local server: `python -m coobird.mock`, also installed as `coobird-mock`."""

import argparse
import errno
import math
import sys
from collections.abc import Sequence
from contextlib import closing, suppress

from coobird.mock.server import MissingPackageError, listen, make_server, url_of

DEFAULT_PORT = 4444


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until Ctrl-C. The first line of the output is its URL."""
    options = _options(arguments)
    try:
        listener = listen(options.bind, options.port)
    except OSError as error:
        hint = "; --port 0 takes a free one" if error.errno in (errno.EADDRINUSE, errno.EACCES) else ""
        return _fail(f"cannot listen on {options.bind} port {options.port}: {error.strerror}{hint}")
    with listener:
        try:
            server, service = make_server(
                db=options.db,
                seed=options.seed,
                strict=options.strict,
                latency=options.latency,
                any_host=not _is_loopback(options.bind),
            )
        except (MissingPackageError, ValueError) as error:
            return _fail(str(error))
        except OSError as error:
            return _fail(f"cannot read {error.filename}: {error.strerror}")
        print(url_of(listener), flush=True)
        if not _is_loopback(options.bind):
            print(
                f"Listening on {options.bind or 'all addresses'}: every machine that reaches this address can read and "
                "change all data of this server, without a real key.",
                flush=True,
            )
        with closing(service), suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    return 0


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    parser = _parser()
    options, unknown = parser.parse_known_args(given)
    if unknown:
        # Only the names of the options: a value may be an API key in the wrong place.
        names = [word.partition("=")[0] for word in unknown if word.startswith("-")]
        parser.error(f"there is no option {names[0]}" if names else "too many arguments")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        allow_abbrev=False,
        prog="coobird-mock",
        description="A local Coobird server: the whole API, stateful, without an account. Any key that starts with "
        "sk_ works. Open the printed URL in a browser to see events, costs and bills as they arrive.",
    )
    add = parser.add_argument
    add("--port", type=_port, default=DEFAULT_PORT, help="port to listen on, 0 for a free one (default: %(default)s)")
    add("--bind", default="127.0.0.1", metavar="ADDRESS", help="address to listen on (default: this machine only)")
    add("--db", metavar="FILE", help="keep the state in this SQLite file (default: in memory)")
    add(
        "--seed", metavar="FILE", help="carry out the calls of this YAML file first; ids are then the same in every run"
    )
    add("--strict", action="store_true", help="check the server's own answers as well; a violation becomes a 500")
    add("--latency", type=_seconds, default=0.0, metavar="SECONDS", help="wait this long before each answer")
    return parser


def _is_loopback(address: str) -> bool:
    return address.startswith("127.") or address in ("::1", "localhost")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
        raise argparse.ArgumentTypeError("must be a number from 0 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds >= 0):
        raise argparse.ArgumentTypeError("must be a number of seconds, 0 or more")
    return seconds


def _fail(message: str) -> int:
    print(f"coobird-mock: {message}", file=sys.stderr)
    return 1
