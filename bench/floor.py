"""The floor: the smallest possible SDK queue. It handles no fault and has no limits.

It consists of a deque of encoded events and one daemon thread, which sends batches of 100 over one
keep-alive connection. Its cost is the cost of Python itself. The additional cost of a real pipeline
is the cost of its promises.
"""

import http.client
import json
import random
import threading
from collections import deque
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

BATCH = 100


class Floor:
    def __init__(self, url: str) -> None:
        self._queue: deque[bytes] = deque()
        self._wake = threading.Event()
        self._closing = False
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def track(
        self, *, customer_id: str, agent_id: str, signal_code: str, quantity: float, attributes: dict[str, Any]
    ) -> None:
        event = {
            # Not uuid4: its system call releases the GIL at each event. The other thread then runs,
            # and this thread loses half its speed.
            "event_id": f"{random.getrandbits(128):032x}",
            "timestamp": datetime.now(UTC).isoformat(),
            "customer_id": customer_id,
            "agent_id": agent_id,
            "signal_code": signal_code,
            "quantity": quantity,
            "attributes": attributes,
        }
        self._queue.append(json.dumps(event).encode())
        if len(self._queue) >= BATCH and not self._wake.is_set():
            self._wake.set()

    def close(self) -> None:
        """Send the remaining events and end the thread."""
        self._closing = True
        self._wake.set()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            while len(self._queue) >= BATCH:
                self._post(BATCH)
            if self._closing:
                if self._queue:
                    self._post(len(self._queue))
                return

    def _post(self, count: int) -> None:
        body = b'{"events":[' + b",".join([self._queue.popleft() for _ in range(count)]) + b"]}"
        self._connection.request("POST", "/events/batch", body, {"Content-Type": "application/json"})
        self._connection.getresponse().read()
