"""Engines of the tests: one broker and one cluster of Postgres for a process of pytest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.support.fleet.broker import Broker
from tests.support.fleet.postgres import Postgres
from tests.support.fleet.relay import group_of

_numbers = itertools.count()


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    server = Broker()
    yield server.start()
    server.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server.start()
    server.close()


class Place:
    """A topic or a table for one test: its URL, and what it holds."""

    def __init__(self, url: str, engine: Broker | Postgres) -> None:
        self.url = url
        self.pause, self.resume = engine.pause, engine.resume


class Topic(Place):
    def __init__(self, broker: Broker, name: str) -> None:
        super().__init__(f"kafka://{broker.address}/{name}", broker)
        self._broker, self._name = broker, name

    def read(self) -> list[bytes]:
        return [each.value() for each in self._broker.messages(self._name)]

    def dead(self) -> list[tuple[bytes, str]]:
        """Dead letters with their reasons."""
        found = self._broker.messages(f"{self._name}.dead")
        return [(each.value(), dict(each.headers())["coobird-reason"].decode()) for each in found]

    def is_empty(self) -> bool:
        """True if everything is settled."""
        committed = self._broker.committed(group_of(self._name), self._name, range(2))
        return sum(max(0, offset) for offset in committed) == len(self.read())


class Table(Place):
    def __init__(self, postgres: Postgres, name: str) -> None:
        super().__init__(postgres.url(name), postgres)
        self._postgres, self._name = postgres, name

    def read(self) -> list[bytes]:
        return [event for (event,) in self._postgres.run(f"select event from {self._name} order by id")]

    def dead(self) -> list[tuple[bytes, str]]:
        """Dead letters with their reasons."""
        return self._postgres.run(f"select event, reason from {self._name}_dead")

    def is_empty(self) -> bool:
        """True if everything is settled."""
        return not self.read()


@pytest.fixture(params=["kafka", "postgres"])
def place(request: pytest.FixtureRequest) -> Iterator[Topic | Table]:
    name = f"events_{next(_numbers)}"
    if request.param == "kafka":
        broker: Broker = request.getfixturevalue("broker")
        made: Topic | Table = Topic(broker, broker.make_topic(name))
    else:
        made = Table(request.getfixturevalue("postgres"), name)
    yield made
    made.resume()
