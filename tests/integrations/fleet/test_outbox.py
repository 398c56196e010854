"""Outbox: an event is in the table if and only if the program's own transaction commits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest
import sqlalchemy
import sqlalchemy.orm
from sqlalchemy.ext.asyncio import create_async_engine

from coobird import Coomon, outbox
from coobird.errors import ConfigurationError, CoobirdError, InvalidEventError
from tests.support.fleet.postgres import PASSWORD, Postgres

TABLE = "outbox_events"

Transaction = Callable[[], AbstractContextManager[Any]]
"""Opens a transaction, which commits unless the block raises."""


@pytest.fixture(scope="module")
def database(postgres: Postgres) -> Postgres:
    with Coomon(transport=postgres.url(TABLE)) as client:
        client.track_task_immediate(customer_id="c", agent_id="a")
    return postgres


@pytest.fixture
def coomon(database: Postgres) -> Iterator[Coomon]:
    database.run(f"delete from {TABLE}")
    with Coomon(transport=database.url(TABLE) + "?alias=team-a", flush_interval=0) as client:
        yield client


def settings_of(postgres: Postgres) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": postgres.port, "user": "coobird", "password": PASSWORD}


def psycopg_transaction(postgres: Postgres) -> Transaction:
    return lambda: psycopg.connect(**settings_of(postgres), dbname="postgres")


def psycopg_autocommit(postgres: Postgres) -> Transaction:
    @contextmanager
    def begin() -> Iterator[Any]:
        with postgres.connect() as connection, connection.transaction():
            yield connection

    return begin


def engine_of(postgres: Postgres) -> sqlalchemy.Engine:
    url = postgres.url("x").rpartition("/")[0].replace("postgres://", "postgresql+psycopg://")
    return sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)


def sqlalchemy_connection(postgres: Postgres) -> Transaction:
    return engine_of(postgres).begin


def sqlalchemy_session(postgres: Postgres) -> Transaction:
    return sqlalchemy.orm.sessionmaker(engine_of(postgres)).begin


def django_connection(postgres: Postgres) -> Transaction:
    import django
    from django.conf import settings
    from django.db.utils import ConnectionHandler

    if not settings.configured:
        settings.configure()
    django.setup()
    options = {name.upper(): value for name, value in settings_of(postgres).items()}
    handler = ConnectionHandler({"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", **options}})
    connection = handler["default"]

    @contextmanager
    def begin() -> Iterator[Any]:
        connection.ensure_connection()
        connection.set_autocommit(False)
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        else:
            connection.commit()
        finally:
            connection.close()

    return begin


KINDS = [psycopg_transaction, psycopg_autocommit, sqlalchemy_connection, sqlalchemy_session, django_connection]


def rows(postgres: Postgres) -> list[tuple[str, str]]:
    found = postgres.run(f"select alias, event from {TABLE} order by id")
    return [(alias, json.loads(event)["event_id"]) for alias, event in found]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_event_is_there_if_and_only_if_the_transaction_commits(kind, database, coomon):
    begin = kind(database)
    with begin() as connection, outbox(coomon, connection) as tracked:
        tracked.track_task(customer_id="c", agent_id="a", event_id="committed", attributes={"model": "ü"})
        assert rows(database) == []
    assert rows(database) == [("team-a", "committed")]

    def fail() -> None:
        with begin() as connection, outbox(coomon, connection) as tracked:
            tracked.track_outcome(customer_id="c", agent_id="a", event_id="rolled-back")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert rows(database) == [("team-a", "committed")]
    assert coomon.stats().tracked == 0


def test_runs_and_registered_attributes_count(database, coomon):
    coomon.register({"region": "eu"})
    run = coomon.run(customer_id="cust_run", agent_id="agent_run")
    with psycopg_transaction(database)() as connection, outbox(coomon, connection) as tracked, run:
        tracked.track_task()
    ((event,),) = database.run(f"select event from {TABLE}")
    assert json.loads(event)["customer_id"] == "cust_run"
    assert json.loads(event)["attributes"] == {"region": "eu"}


def test_an_event_that_cannot_be_sent_raises_and_writes_nothing(database, coomon):
    with (
        psycopg_transaction(database)() as connection,
        outbox(coomon, connection) as tracked,
        pytest.raises(InvalidEventError),
    ):
        tracked.track_task(customer_id="", agent_id="a")
    assert rows(database) == []


def test_a_connection_without_a_transaction_is_refused(database, coomon):
    with (
        database.connect() as connection,
        outbox(coomon, connection) as tracked,
        pytest.raises(ConfigurationError, match="in no transaction"),
    ):
        tracked.track_task(customer_id="c", agent_id="a")
    assert rows(database) == []


def test_an_outbox_writes_nothing_after_its_block(database, coomon):
    with psycopg_transaction(database)() as connection:
        with outbox(coomon, connection) as tracked:
            pass
        with pytest.raises(CoobirdError, match="block"):
            tracked.track_task(customer_id="c", agent_id="a")


def test_a_client_without_a_table_is_told_to_name_one(database):
    client = Coomon("sk_test_0123456789abcdef", host="http://localhost:4444")
    with psycopg_transaction(database)() as connection:
        with pytest.raises(ConfigurationError, match="needs a table"), outbox(client, connection):
            pass
        with pytest.raises(ConfigurationError, match="letters"), outbox(client, connection, table="x; drop"):
            pass
        with outbox(client, connection, table=TABLE) as tracked:
            tracked.track_task(customer_id="c", agent_id="a", event_id="named")
    assert ("", "named") in rows(database)


def test_other_connections_are_refused_by_name(coomon):
    with pytest.raises(ConfigurationError, match="not dict"), outbox(coomon, {}):
        pass
    engine = create_async_engine("postgresql+psycopg://u@127.0.0.1/x")
    with pytest.raises(ConfigurationError, match="run_sync"), outbox(coomon, engine.connect()):
        pass


def test_a_disabled_client_writes_nothing():
    with outbox(Coomon(disabled=True), None) as tracked:
        tracked.track_task(customer_id="c", agent_id="a")
