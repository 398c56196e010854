"""Transport of a client (pure): the URL of a broker's topic or of a database's table, checked once.

    kafka://broker:9092,other:9092/topic?key=customer_id&security.protocol=SSL
    postgres://user:password@host:5432/database/table?sslmode=require

Apart from `settings`, as only a client with a transport loads it.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from coobird.errors import ConfigurationError

KEYS = ("event_id", "customer_id")
"""Fields of an event that may be the key of its message. Messages of a key share a partition."""

_EXAMPLES = {
    "kafka": "kafka://broker:9092/coobird.events",
    "postgres": "postgres://user:password@host:5432/database/coobird_events",
}
_SCHEMES = {"kafka": "kafka", "postgres": "postgres", "postgresql": "postgres"}
_PACKAGES = {"kafka": "confluent_kafka", "postgres": "psycopg"}

# Each of them would break a promise: of durability, of once, or of who is in charge of offsets.
_OWN_KAFKA_OPTIONS = frozenset(
    {
        "acks",
        "auto.offset.reset",
        "bootstrap.servers",
        "enable.auto.commit",
        "enable.auto.offset.store",
        "enable.idempotence",
        "enable.partition.eof",
        "message.timeout.ms",
        "metadata.broker.list",
        "partition.assignment.strategy",
        "request.required.acks",
        "transactional.id",
    }
)
_TOPIC = re.compile(r"[A-Za-z0-9._-]{1,249}")
_TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_ALIAS = re.compile(r"[A-Za-z0-9._-]{1,64}")


class KafkaPlace(NamedTuple):
    """A topic of Kafka, or of a broker that speaks its protocol.

    Attributes:
        servers: Brokers to ask first, with commas between them.
        topic: Name of the topic.
        key: Field of an event that is the key of its message.
        alias: Name of the API key with which a relay sends the events; empty for its only key.
        options: Settings of librdkafka.
    """

    servers: str
    topic: str
    key: str
    alias: str
    options: dict[str, str]

    @property
    def shown(self) -> str:
        """URL without user, password and options."""
        return f"kafka://{self.servers}/{self.topic}"

    @property
    def secrets(self) -> list[str]:
        """Values that no message may show."""
        return [value for name, value in self.options.items() if value and ("password" in name or "secret" in name)]

    def __repr__(self) -> str:
        return repr(self.shown)


class PostgresPlace(NamedTuple):
    """A table of Postgres.

    Attributes:
        table: Name of the table, with its schema before a point if it has one.
        alias: Name of the API key with which a relay sends the events; empty for its only key.
        options: Parameters of the connection.
    """

    table: str
    alias: str
    options: dict[str, str]

    @property
    def shown(self) -> str:
        """URL without user, password and options."""
        host = self.options.get("host", "localhost")
        port = f":{self.options['port']}" if "port" in self.options else ""
        return f"postgres://{host}{port}/{self.options['dbname']}/{self.table}"

    @property
    def secrets(self) -> list[str]:
        """Values that no message may show."""
        return [value for name, value in self.options.items() if value and "password" in name]

    def __repr__(self) -> str:
        return repr(self.shown)


Place = KafkaPlace | PostgresPlace


def read_place(url: object, source: str = "transport") -> Place:
    """Return the place that a URL names.

    Args:
        url: URL as it was given.
        source: Name of the option or variable, for messages.

    Raises:
        ConfigurationError: It is no such URL, or the package for it is not installed. The message
            says what to write instead, and repeats no password.
    """
    if not isinstance(url, str):
        raise ConfigurationError(f'{source} must be a URL such as "{_EXAMPLES["kafka"]}", not {type(url).__name__}.')
    scheme, separator, _ = url.partition("://")
    engine = _SCHEMES.get(scheme.lower())
    if not separator or engine is None:
        named = f"the scheme {scheme!r}" if separator and scheme.isalnum() else "no scheme that is known"
        raise ConfigurationError(
            f'{source} has {named}: write "{_EXAMPLES["kafka"]}" or "{_EXAMPLES["postgres"]}". (The host of an API '
            "that takes events goes into host=.)"
        )
    try:
        place = _kafka(url, source) if engine == "kafka" else _postgres(url, source)
    except ValueError:
        raise ConfigurationError(f'{source} cannot be read as a URL: write "{_EXAMPLES[engine]}".') from None
    if find_spec(_PACKAGES[engine]) is None:
        raise ConfigurationError(f'{source} needs a package: pip install "coobird[{engine}]".')
    return place


def _kafka(url: str, source: str) -> KafkaPlace:
    # Not `hostname` and `port`: there may be several brokers.
    _, _, rest = url.partition("://")
    rest, _, query = rest.partition("?")
    authority, _, topic = rest.partition("/")
    user, at, servers = authority.rpartition("@")
    topic = unquote(topic)
    if not _TOPIC.fullmatch(topic) or topic in (".", ".."):
        raise ConfigurationError(
            f'{source} names no topic after the broker: write "{_EXAMPLES["kafka"]}" (letters, digits, ".", "_", "-").'
        )
    if not all(map(_is_server, servers.split(","))):
        raise ConfigurationError(
            f'{source} must name brokers with their ports before the topic: write "{_EXAMPLES["kafka"]}".'
        )
    own, options = _query(query, source, ("alias", "key"))
    if forbidden := sorted(options.keys() & _OWN_KAFKA_OPTIONS):
        raise ConfigurationError(f"{source} may not set {forbidden[0]}: delivery depends on it. Leave it out.")
    if strange := sorted(name for name in options if "." not in name and name != "debug"):
        raise ConfigurationError(
            f"{source} has no option {strange[0]!r}: write alias, key, or a property of librdkafka such as "
            "security.protocol."
        )
    if at:
        name, _, password = user.partition(":")
        login = {"security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN"}
        options = {**login, "sasl.username": unquote(name), "sasl.password": unquote(password), **options}
    key = own.get("key", KEYS[0])
    if key not in KEYS:
        raise ConfigurationError(f"{source} has key={key!r}: write {' or '.join(f'key={name}' for name in KEYS)}.")
    return KafkaPlace(servers, topic, key, own.get("alias", ""), options)


def _postgres(url: str, source: str) -> PostgresPlace:
    parts = urlsplit(url)
    database, _, table = unquote(parts.path).removeprefix("/").rpartition("/")
    if not database or "/" in database or not table:
        raise ConfigurationError(
            f'{source} names no table after the database: write "{_EXAMPLES["postgres"]}" (database, then table).'
        )
    check_table(table, source)
    own, options = _query(parts.query, source, ("alias",))
    given = {
        "host": unquote(parts.hostname or ""),
        "port": "" if parts.port is None else str(parts.port),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "dbname": database,
    }
    return PostgresPlace(
        table, own.get("alias", ""), {**{name: value for name, value in given.items() if value}, **options}
    )


def check_table(table: object, source: str) -> str:
    """Return the name of a table if it can be used.

    Raises:
        ConfigurationError: It cannot.
    """
    names = table.split(".") if isinstance(table, str) else []
    if not isinstance(table, str) or len(names) > 2 or not all(map(_TABLE.fullmatch, names)):
        raise ConfigurationError(
            f"{source} has the table {table!r}: write a name of letters, digits and _, or schema.table."
        )
    return table


def _query(text: str, source: str, own_names: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """Return our own options, and those of the engine."""
    pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True) if text else []
    given = dict(pairs)
    if len(given) < len(pairs):
        raise ConfigurationError(f"{source} has an option twice: write each once.")
    own = {name: given.pop(name) for name in own_names if name in given}
    if "alias" in own and not _ALIAS.fullmatch(own["alias"]):
        raise ConfigurationError(
            f'{source} has an alias that is not 1 to 64 letters, digits, ".", "_" or "-". (It is the name of an API '
            "key, not the key.)"
        )
    if own.get("alias", "").startswith("sk_"):
        raise ConfigurationError(f"{source} has an API key as alias: write a name for it, which the relay knows.")
    return own, given


def _is_server(text: str) -> bool:
    name, colon, port = text.rpartition(":")
    is_name = bool(name) and not any(mark in name for mark in " /?#@\\")
    return bool(colon) and is_name and port.isascii() and port.isdigit() and 0 < int(port) <= 65535
