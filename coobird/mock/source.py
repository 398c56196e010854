"""Source of events for the local server: a topic of Kafka, read instead of HTTP.

Each message is posted to the server's own entrance, so the same rules hold. An alias in the header
`coobird-key` names the tenant: `team-a` is the API key `sk_test_team-a`. Without one the key is
`sk_test_source`. Offsets are committed when the server has answered.
"""

import json
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import parse_qsl, unquote

PATH = "/api/v1/events/batch"
GROUP = "coobird-mock"

_MAX_MESSAGES = 500
_RETRY_SECONDS = 1.0


class Source:
    """Reads a topic in a thread, until the process ends."""

    def __init__(self, url: str, address: tuple[str, int]) -> None:
        """Check the URL, and load the client of Kafka.

        Args:
            url: Topic, as `kafka://broker:9092/topic?property=value`.
            address: Address at which the server listens.

        Raises:
            ValueError: The URL names no topic, or a package is missing. The message says what to
                write.
        """
        scheme, _, rest = url.partition("://")
        place, _, query = rest.partition("?")
        brokers, _, topic = place.rpartition("@")[2].partition("/")
        if scheme != "kafka" or not brokers or not topic:
            raise ValueError("--source must be kafka://broker:9092/topic")
        try:
            from confluent_kafka import Consumer
        except ImportError:
            raise ValueError('--source needs a package: pip install "coobird[kafka]"') from None
        own = {"alias", "key"}  # of a client's transport
        options = {name: value for name, value in parse_qsl(query) if name not in own}
        self._address = address
        self._consumer = Consumer(
            {
                "group.id": GROUP,
                "log_level": 0,
                **options,
                "bootstrap.servers": brokers,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
            }
        )
        self._consumer.subscribe([unquote(topic)])

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._run, name="coobird-mock-source", daemon=True).start()

    def _run(self) -> None:
        while True:
            messages = self._consumer.consume(_MAX_MESSAGES, timeout=0.5)
            by_key: dict[str, list[bytes]] = {}
            for message in messages:
                if message.error() is None:
                    by_key.setdefault(_key_of(message), []).append(message.value() or b"null")
            for key, events in by_key.items():
                self._post(key, events)
            if by_key:
                self._consumer.commit(asynchronous=True)

    def _post(self, key: str, events: list[bytes]) -> None:
        """Post events. Those that the server refuses are printed, each alone."""
        status, text = self._answer(key, events)
        if status in (400, 413, 422) and len(events) > 1:
            middle = len(events) // 2
            self._post(key, events[:middle])
            self._post(key, events[middle:])
        elif status != 200:
            print(f"coobird-mock: an event of the topic was refused ({status}): {text[:300]}", file=sys.stderr)
        elif rejected := [each for each in json.loads(text)["results"] if each["status"] == "rejected"]:
            for each in rejected:
                print(f"coobird-mock: event {each['event_id']} was rejected: {each.get('error')}", file=sys.stderr)

    def _answer(self, key: str, events: list[bytes]) -> tuple[int, str]:
        body = b'{"events":[%b]}' % b",".join(events)
        while True:
            connection = HTTPConnection(*self._address, timeout=30)
            try:
                headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
                connection.request("POST", PATH, body, headers)
                answer = connection.getresponse()
                text = answer.read().decode("utf-8", "replace")
            except (OSError, HTTPException):
                time.sleep(_RETRY_SECONDS)  # the server has not begun to listen
                continue
            finally:
                connection.close()
            # An injected fault passes, and the client that has published is not there to try again.
            if answer.status == 429 or answer.status >= 500:
                time.sleep(_RETRY_SECONDS)
                continue
            return answer.status, text


def _key_of(message: Any) -> str:
    for name, value in message.headers() or ():
        if name == "coobird-key" and value:
            alias: str = value.decode("ascii", "replace").replace("\ufffd", "_")
            return f"sk_test_{alias}"
    return "sk_test_source"
