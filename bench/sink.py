"""The server of the benchmarks: one cheap process that accepts all requests and counts events.

It implements the part of HTTP/1.1 that the measured SDKs need, and answers with one JSON object
that all of them accept. It prints its port, serves until its standard input is closed, then prints
its counts.
"""

import argparse
import asyncio
import gzip
import json
import re
import sys
import time

# Every event carries one attribute "run-<number>". It is found in each SDK's wire format, and shows
# which events are copies. Events of a warm-up carry "run-warm-up".
MARK = re.compile(rb"run-(\d+)")


class Counter:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.connections = 0
        self.wire_bytes = 0
        self.last_at = 0.0

    def took(self, body: bytes, gzipped: bool) -> int:
        self.wire_bytes += len(body)
        plain = gzip.decompress(body) if gzipped else body
        count = plain.count(b"run-")
        if count:
            self.last_at = time.monotonic()
            self.bodies.append(plain)
        return count

    def summary(self) -> dict[str, float]:
        seen = [mark for body in self.bodies for mark in MARK.findall(body)]
        return {
            "received": len(seen),
            "distinct": len(set(seen)),
            "requests": sum(MARK.search(body) is not None for body in self.bodies),
            "connections": self.connections,
            "wire_bytes": self.wire_bytes,
            "last_at": self.last_at,
        }


class Connection(asyncio.Protocol):
    def __init__(self, counter: Counter, delay: float, hold: bool) -> None:
        self._counter, self._delay, self._hold = counter, delay, hold
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._counter.connections += 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end]).lower()
            length = re.search(rb"content-length: *(\d+)", head)
            size = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < size:
                return
            body = bytes(self._buffer[end + 4 : size])
            del self._buffer[:size]
            self._reply(self._counter.took(body, b"content-encoding: gzip" in head))

    def _reply(self, count: int) -> None:
        if self._hold:
            return
        answer = json.dumps(
            {
                "accepted": count,
                "duplicates": 0,
                "rejected": 0,
                "results": [],
                "status": 1,
                "success": True,
                "code": 200,
            }
        ).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer)
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, head + answer)
        else:
            self._transport.write(head + answer)


async def serve(delay: float, hold: bool) -> None:
    counter = Counter()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(counter, delay, hold), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(json.dumps(counter.summary()), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--hold", action="store_true", help="read requests, never answer")
    options = parser.parse_args()
    asyncio.run(serve(options.delay, options.hold))
