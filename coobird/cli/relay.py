"""Command `coobird relay`: sends events of a topic or a table to the API."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from argparse import ArgumentTypeError
from math import inf
from typing import TYPE_CHECKING, Any

from coobird._delivery.relay.endpoints import serve_facts
from coobird._delivery.relay.file_source import FileSource
from coobird._delivery.relay.http_entrance import serve_entrance
from coobird._delivery.relay.keys import Keys
from coobird._delivery.relay.relay import Relay
from coobird._settings.host import resolve_host
from coobird._settings.settings import MAX_BATCH_EVENTS
from coobird._settings.transport import KafkaPlace, PostgresPlace, read_place
from coobird.cli.parser import Parser, without_keys
from coobird.cli.relay_metrics import push_facts
from coobird.errors import ConfigurationError, TransportError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence
    from http.server import ThreadingHTTPServer

    from coobird._delivery.relay.source import Source

_METRICS = "127.0.0.1:9464"

_EPILOG = """Keys: COOBIRD_API_KEY for events without an alias, COOBIRD_API_KEY_TEAM_A for the alias team-a, or lines alias=key
in the file of --keys, which only its owner may read. Scale by starting more. SIGTERM lets the requests in flight end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a relay until a signal, or `replay` until all dead letters are published again."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given[:1] == ["replay"]:
            return _replay(_replay_parser().parse(given[1:]))
        return _run(_parser().parse(given))
    except (ConfigurationError, TransportError, OSError) as error:
        print(f"coobird relay: {without_keys(str(error))}", file=sys.stderr)
        return 2 if isinstance(error, ConfigurationError) else 1


def _parser() -> Parser:
    parser = Parser(
        prog="coobird relay",
        description="Send events of a topic or a table to Coobird. `coobird relay replay URL` publishes dead letters "
        "again.",
        epilog=_EPILOG,
    )
    add = parser.add_argument
    add(
        "url",
        metavar="URL",
        help="kafka://broker:9092/topic, postgres://user:password@host/database/table, or http://ADDRESS:PORT to take "
        "what SDKs send",
    )
    add("--spool", metavar="FILE", help="with http://: file that keeps the events until they are sent")
    add("--host", help="URL of Coobird (default: COOBIRD_HOST, else the development environment)")
    add("--keys", metavar="FILE", help="file of API keys: lines alias=key, mode 0600; it is read again when it changes")
    add("--in-flight", type=_count, default=4, metavar="N", help="requests at the same time (default: 4)")
    add("--batch", type=_batch, default=500, metavar="N", help="most events in a request (default: 500)")
    add("--rate", type=float, default=inf, metavar="N", help="most events a second (default: no limit)")
    add("--timeout", type=float, default=30.0, metavar="SECONDS", help="longest wait for an answer (default: 30)")
    add(
        "--dead-letters",
        metavar="TOPIC",
        help="topic of dead letters (default: the topic's name with .dead; a table's is TABLE_dead)",
    )
    add(
        "--metrics",
        type=_address,
        default=_METRICS,
        metavar="HOST:PORT",
        help=f"address of /metrics and /healthz (default: {_METRICS}; port 0: any; none: no such address)",
    )
    add("--otlp", action="store_true", help="also push the metrics to OTEL_EXPORTER_OTLP_ENDPOINT (extra otlp)")
    add("--json", action="store_true", help="write the log as lines of JSON")
    return parser


def _replay_parser() -> Parser:
    parser = Parser(
        prog="coobird relay replay",
        description="Publish all dead letters again. Correct first what made the API refuse them.",
    )
    parser.add_argument("url", metavar="URL", nargs="?", help="topic or table, as given to the relay")
    parser.add_argument("--spool", metavar="FILE", help="file of a relay for http://, which must not run meanwhile")
    parser.add_argument("--dead-letters", metavar="TOPIC", help="topic of dead letters, if it has a name of its own")
    return parser


def _run(options: Namespace) -> int:
    host = resolve_host(options.host)
    keys = Keys(options.keys)
    log = _json_line if options.json else _line
    relays: list[Relay] = []

    def report(text: str) -> None:
        if relays:
            relays[0].problem(text)
        else:
            log("problem", text=text)

    source, shown = _open(options, report)
    entrance: ThreadingHTTPServer | None = None
    if isinstance(source, FileSource):
        entrance = serve_entrance(_listening(options.url), source, keys, report)
        shown = f"http://{_listening(options.url)[0]}:{entrance.server_port}"
    relay = Relay(
        source,
        keys,
        log,
        host=host,
        in_flight=options.in_flight,
        batch_size=options.batch,
        events_per_second=options.rate,
        request_timeout=options.timeout,
    )
    relays.append(relay)

    def stop(_: int, __: object) -> None:
        if entrance is not None:
            # Called in the thread that serves nothing, so it cannot wait for itself.
            threading.Thread(target=entrance.shutdown, daemon=True).start()
        relay.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    address: dict[str, str] = {}
    if options.metrics is not None:
        server = serve_facts(options.metrics, relay.facts)
        address["metrics"] = f"http://{options.metrics[0]}:{server.server_port}/metrics"
    end_push = push_facts(relay.facts) if options.otlp else None
    log("started", source=shown, host=host, **address)
    relay.run()
    if end_push is not None:
        end_push()
    if entrance is not None:
        entrance.server_close()
    facts = relay.facts()
    log("stopped", **facts.as_dict())
    return 0


def _open(options: Namespace, report: Callable[[str], object]) -> tuple[Source, str]:
    if options.url.lower().startswith(("http://", "https://")):
        _listening(options.url)
        if options.spool is None:
            raise ConfigurationError("http:// needs --spool FILE, where events wait until they are sent.")
        return FileSource(options.spool), options.url
    if options.spool is not None:
        raise ConfigurationError("--spool is for http://: a topic or a table keeps its events itself.")
    place = read_place(options.url, "URL")
    if isinstance(place, PostgresPlace):
        if options.dead_letters:
            raise ConfigurationError("--dead-letters is for topics: the table of dead letters is TABLE_dead.")
        from coobird._delivery.relay.postgres_source import PostgresSource

        return PostgresSource(place), place.shown
    from coobird._delivery.relay.kafka_source import DEAD_SUFFIX, KafkaSource, check_topics

    dead_topic = options.dead_letters or place.topic + DEAD_SUFFIX
    problems, config = check_topics(place, dead_topic)
    for problem in problems:
        report(problem)
    return KafkaSource(place, report, dead_topic=dead_topic, config=config), place.shown


def _listening(url: str) -> tuple[str, int]:
    """Return the address to listen at."""
    scheme, _, rest = url.partition("://")
    host, _, port = rest.removesuffix("/").rpartition(":")
    if scheme.lower() != "http" or not host or not port.isdigit() or int(port) > 65535 or "/" in host:
        raise ConfigurationError(
            "The URL must be http://ADDRESS:PORT, for example http://127.0.0.1:4444. (For https put a proxy before it.)"
        )
    return host.strip("[]"), int(port)


def _replay(options: Namespace) -> int:
    if options.spool is not None:
        file = FileSource(options.spool)
        count = file.replay()
        file.close()
        print(f"{count:,} dead letters wait again in {file.path}; they are sent when its relay starts")
        return 0
    if options.url is None:
        raise ConfigurationError("Name the topic or table, or --spool FILE.")
    place = read_place(options.url, "URL")
    if isinstance(place, PostgresPlace):
        from coobird._delivery.relay.postgres_source import PostgresSource

        table = PostgresSource(place)
        count = table.replay()
        table.close()
    else:
        count = _replay_topic(place, options.dead_letters)
    print(f"{count:,} dead letters were published again to {place.shown}")
    return 0


def _replay_topic(place: KafkaPlace, dead_topic: str | None) -> int:
    from coobird._delivery.relay.replay import replay

    def report(text: str) -> None:
        print(f"coobird relay: {text}", file=sys.stderr)

    return replay(place, dead_topic, report)


def _line(kind: str, **facts: object) -> None:
    """Write a line for people."""
    _write(f"coobird relay: {kind}: {_text(facts)}")


def _json_line(kind: str, **facts: object) -> None:
    """Write a line for programs."""
    texts = {name: str(value) if isinstance(value, Exception) else value for name, value in facts.items()}
    _write(without_keys(json.dumps({"time": time.time(), "event": kind, **texts})))


def _write(line: str) -> None:
    """Write a line in one piece: several threads write, and `print` writes the line's end apart."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _text(facts: dict[str, Any]) -> str:
    if len(facts) == 1:
        return without_keys(str(next(iter(facts.values()))))
    shown = (f"{name} {value}" for name, value in facts.items() if value not in (None, "", {}))
    return without_keys(", ".join(shown))


def _count(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 256:
        raise ArgumentTypeError("must be a whole number from 1 to 256")
    return int(text)


def _batch(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= MAX_BATCH_EVENTS:
        raise ArgumentTypeError(f"must be a whole number from 1 to {MAX_BATCH_EVENTS}")
    return int(text)


def _address(text: str) -> tuple[str, int] | None:
    if text == "none":
        return None
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ArgumentTypeError("must be HOST:PORT or none")
    return host.strip("[]"), int(port)
