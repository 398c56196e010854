"""Command line of the local server: `python -m coobird.mock`, also installed as `coobird-mock`."""

import argparse
import errno
import math
import sys
from collections.abc import Sequence
from contextlib import closing, suppress

from coobird.mock.options import parsed
from coobird.mock.server import MissingPackageError, listen, make_server, url_of

DEFAULT_PORT = 4444


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until Ctrl-C, or `export`. The first line of the output is its URL."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["export"]:
        from coobird.mock.export.command import main as export

        return export(given[1:])
    options = parsed(_parser(), given)
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
                known_ids=options.known_ids,
                demo=options.demo,
                any_host=not _is_loopback(options.bind),
            )
        except (MissingPackageError, ValueError) as error:
            return _fail(str(error))
        except OSError as error:
            return _fail(f"cannot read {error.filename}: {error.strerror}")
        print(url_of(listener), flush=True)
        if options.demo:
            print("It has the demo data, of the API key sk_test_demo. Open the URL in a browser.", flush=True)
        if not _is_loopback(options.bind):
            print(
                f"Listening on {options.bind or 'all addresses'}: every machine that reaches this address can read and "
                "change all data of this server, without a real key.",
                flush=True,
            )
        if options.source is not None:
            from coobird.mock.source import Source

            is_any = options.bind in ("", "0.0.0.0")  # nosec B104 # noqa: S104 - compared, not bound
            host = "127.0.0.1" if is_any else options.bind
            try:
                source = Source(options.source, (host, listener.getsockname()[1]))
            except ValueError as error:
                return _fail(str(error))
            source.start()
        with closing(service), suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        allow_abbrev=False,
        prog="coobird-mock",
        description="A local Coobird server: the whole API, stateful, without an account. Any key that starts with "
        "sk_ works. Open the printed URL in a browser to see events, costs and bills as they arrive. `coobird-mock "
        "export` copies them into Postgres or ClickHouse.",
    )
    add = parser.add_argument
    add("--port", type=_port, default=DEFAULT_PORT, help="port to listen on, 0 for a free one (default: %(default)s)")
    add("--bind", default="127.0.0.1", metavar="ADDRESS", help="address to listen on (default: this machine only)")
    add("--db", metavar="FILE", help="keep the state in this SQLite file (default: in memory)")
    data = parser.add_mutually_exclusive_group().add_argument
    data("--seed", metavar="FILE", help="carry out the calls of this YAML file first; ids are the same in every run")
    data("--demo", action="store_true", help="start with six weeks of events, contracts, invoices and a wallet")
    add("--strict", action="store_true", help="check the server's own answers as well; a violation becomes a 500")
    add("--known-ids", action="store_true", help="reject events that name an unknown customer, agent or signal")
    add("--source", metavar="URL", help="also read events from this topic: kafka://broker:9092/topic (extra kafka)")
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
