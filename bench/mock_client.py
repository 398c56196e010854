"""The client of `bench.mock`. It costs little: prepared requests, plain sockets that stay open.

Usage: python -m bench.mock_client PORT
It prints `ready`, waits for a line of input, and prints the events/s that it sent.
"""

import json
import os
import socket
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

BATCH, BATCHES, WARM_UP, CONNECTIONS = 100, 498, 20, 3
DEADLINE_SECONDS = 60


def request(method: str, path: str, body: Any = None) -> bytes:
    content = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer sk_test_benchmark\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content


def batch() -> bytes:
    """Request with a batch of events: the SDK's form of ids, 50 customers, 10 agents, a cost."""
    events = []
    for number in range(BATCH):
        name = os.urandom(16).hex()
        attributes = {"model": "gpt-4o", "input_tokens": 1200, "output_tokens": 350, "cached": False}
        events.append(
            {
                "event_id": f"{name[:8]}-{name[8:12]}-4{name[13:16]}-a{name[17:20]}-{name[20:]}",
                "customer_id": f"cust_{number % 50}",
                "agent_id": f"agent_{number % 10}",
                "action_type": "task",
                "signal_code": "api_call",
                "quantity": 1,
                "attributes": {**attributes, "cost_usd": (1200 + number) / 1_000_000},
                "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            }
        )
    return request("POST", "/api/v1/events/batch", {"events": events})


def exchange(port: int, requests: Sequence[bytes]) -> list[float]:
    """Send the requests one after the other over one connection, and return the seconds of each."""
    took = []
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for content in requests:
            began = time.perf_counter()
            connection.sendall(content)
            head, _, body = connection.recv(65_536).partition(b"\r\n\r\n")
            length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            while len(body) < length:
                body += connection.recv(65_536)
            took.append(time.perf_counter() - began)
            if not head.startswith(b"HTTP/1.1 20") or (b'"accepted"' in body and b'"accepted":100,' not in body):
                raise ValueError(f"unexpected answer: {head.decode()} {body[:300].decode()}")
    return took


def feed(port: int) -> None:
    """Run the client process, and print the events/s over all batches."""
    exchange(port, [batch() for _ in range(WARM_UP)])
    parts = [[batch() for _ in range(BATCHES // CONNECTIONS)] for _ in range(CONNECTIONS)]
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(exchange, [port] * CONNECTIONS, parts))
    print(BATCHES * BATCH / (time.perf_counter() - began), flush=True)


if __name__ == "__main__":
    feed(int(sys.argv[1]))
