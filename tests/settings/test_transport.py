"""URL of a transport: its parts, the refusal of what cannot work, and no password in any text."""

from __future__ import annotations

import pytest

from coobird import AsyncCoomon, Coomon
from coobird._settings import transport as module
from coobird._settings.settings import resolve_transport
from coobird._settings.transport import KafkaPlace, PostgresPlace, read_place
from coobird.errors import ConfigurationError


@pytest.fixture(autouse=True)
def engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engines count as installed, also where they are not."""
    for name in ("COOBIRD_API_KEY", "COOBIRD_TRANSPORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(module, "find_spec", lambda name: object())


def refused(url: object) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_place(url)
    return str(caught.value)


def test_a_kafka_url_names_brokers_topic_and_options() -> None:
    assert read_place(
        "kafka://a:9092,b.example:9093/coobird.events?alias=team-a&key=customer_id&client.id=x"
    ) == KafkaPlace("a:9092,b.example:9093", "coobird.events", "customer_id", "team-a", {"client.id": "x"})


def test_a_user_of_kafka_logs_in_over_tls_unless_the_url_says_otherwise() -> None:
    place = read_place("kafka://me:p%40ss@a:9092/t?sasl.mechanism=SCRAM-SHA-256")
    assert isinstance(place, KafkaPlace)
    assert place.options == {
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-256",
        "sasl.username": "me",
        "sasl.password": "p@ss",
    }


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "POSTGRES"])
def test_a_postgres_url_names_database_table_and_options(scheme: str) -> None:
    assert read_place(f"{scheme}://me:p%40ss@db:6432/shop/billing.events?sslmode=require&alias=b") == PostgresPlace(
        "billing.events",
        "b",
        {"host": "db", "port": "6432", "user": "me", "password": "p@ss", "dbname": "shop", "sslmode": "require"},
    )


def test_a_url_without_a_host_is_left_to_the_settings_of_the_engine() -> None:
    assert read_place("postgres:///shop/events") == PostgresPlace("events", "", {"dbname": "shop"})


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("amqp://broker/queue", "scheme 'amqp'"),
        ("broker:9092/topic", "no scheme"),
        ("", "no scheme"),
        ("kafka://", "names no topic"),
        ("kafka://broker:9092", "names no topic"),
        ("kafka://broker:9092/", "names no topic"),
        ("kafka://broker:9092/a/b", "names no topic"),
        ("kafka://broker:9092/a b", "names no topic"),
        ("kafka://broker:9092/..", "names no topic"),
        ("kafka://broker/topic", "brokers with their ports"),
        ("kafka:///topic", "brokers with their ports"),
        ("kafka://a:9092,,b:9092/topic", "brokers with their ports"),
        ("kafka://a:99999/topic", "brokers with their ports"),
        ("kafka://a:9092/topic?acks=0", "may not set acks"),
        ("kafka://a:9092/topic?enable.idempotence=false", "may not set enable.idempotence"),
        ("kafka://a:9092/topic?auto.offset.reset=latest", "may not set auto.offset.reset"),
        ("kafka://a:9092/topic?kye=customer_id", "no option 'kye'"),
        ("kafka://a:9092/topic?key=agent", "key='agent'"),
        ("kafka://a:9092/topic?alias=a&alias=b", "twice"),
        ("kafka://a:9092/topic?alias=a%20b", "alias"),
        ("kafka://a:9092/topic?alias", "cannot be read"),
        ("kafka://a:9092/topic?alias=sk_live_0123456789", "write a name for it"),
        ("postgres://db", "names no table"),
        ("postgres://db/shop", "names no table"),
        ("postgres://db/shop/", "names no table"),
        ("postgres://db/shop/a/b", "names no table"),
        ("postgres://db/shop/ev;drop", "table"),
        ("postgres://db/shop/a.b.c", "table"),
        ("postgres://db:port/shop/events", "cannot be read"),
        (7, "not int"),
    ],
)
def test_a_url_that_cannot_work_is_refused_with_the_reason(url: object, reason: str) -> None:
    assert reason in refused(url)


@pytest.mark.parametrize(
    "url", ["kafka://me:swordfish@a:9092/", "postgres://me:swordfish@db/shop", "kafka://me:swordfish@a:9092/t?acks=1"]
)
def test_no_refusal_repeats_a_password(url: str) -> None:
    assert "swordfish" not in refused(url)


@pytest.mark.parametrize("flavour", [Coomon, AsyncCoomon])
@pytest.mark.parametrize(
    "url", ["kafka://me:swordfish@a:9092/t?ssl.key.password=swordfish", "postgres://me:swordfish@db/shop/events"]
)
def test_nothing_shows_the_password_of_a_client(url: str, flavour: type[Coomon]) -> None:
    client = flavour(transport=url)
    assert "swordfish" not in repr(client) + repr(client._settings)
    assert client._settings.transport is not None
    assert client._settings.transport.shown in repr(client)


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert 'pip install "coobird[kafka]"' in refused("kafka://a:9092/t")
    assert 'pip install "coobird[postgres]"' in refused("postgres://db/shop/events")


def test_the_environment_names_a_transport_for_clients_that_name_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOBIRD_TRANSPORT", "kafka://a:9092/t")
    named = resolve_transport(None)
    assert named is not None
    assert named.shown == "kafka://a:9092/t"
    monkeypatch.setenv("COOBIRD_TRANSPORT", "kafka")
    with pytest.raises(ConfigurationError, match="COOBIRD_TRANSPORT has no scheme"):
        Coomon()


def test_a_client_that_only_tracks_needs_no_key_and_says_so_when_it_calls() -> None:
    client = Coomon(transport="kafka://a:9092/t")
    with pytest.raises(ConfigurationError, match="COOBIRD_API_KEY"):
        client.get_customer("cust_1")


def test_a_disabled_client_reads_no_transport() -> None:
    assert Coomon(disabled=True, transport="nonsense")._settings.transport is None
