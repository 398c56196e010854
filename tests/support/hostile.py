"""Ways in which a server can harm its client. Each is an `Answer` of the loopback server."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial

from tests.support.loopback import Answer

Send = Callable[[bytes], None]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def repeat(piece: bytes, times: int | None = None, *, after: bytes = b"", pause: float = 0.0) -> Answer:
    """Send a piece again and again, for ever if no number is given, until the client goes away."""

    def act(send: Send, closing: threading.Event) -> None:
        send(after)
        sent = 0
        while sent != times and not closing.wait(pause):
            send(piece)
            sent += 1

    return Answer(act=act)


@cache
def bomb(window: int) -> bytes:
    """Half a gigabyte of spaces in half a megabyte, without an end, which no reader may get to.

    One piece again and again: compressing all of it takes seconds, and a server that is asked again
    meanwhile would do it once more at the same time.
    """
    stream = zlib.compressobj(9, zlib.DEFLATED, window)
    first, piece = (stream.compress(b" " * 1024 * 1024) + stream.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + piece * 511


def answers(status: int = 200) -> Iterator[tuple[str, Answer]]:
    """Each kind of harm, by name."""
    line = b"HTTP/1.1 %d OK\r\n" % status
    head = line + b"Content-Type: application/json\r\n"
    yield "a body without an end", Answer(status, b"x" * 65536, endless=True)
    yield (
        "a body of 100 MB",
        repeat(b"x" * 1_000_000, 100, after=head + b"Content-Length: 100000000\r\n\r\n"),
    )
    yield "a gzip bomb", Answer(status, partial(bomb, 31), {"Content-Encoding": "gzip"})
    yield "a zlib bomb", Answer(status, partial(bomb, 15), {"Content-Encoding": "deflate"})
    yield "a bomb in a bomb", Answer(status, partial(bomb, 31), {"Content-Encoding": "gzip, gzip"})
    yield "a compression that was not asked for", Answer(status, b"\x8b" * 1000, {"Content-Encoding": "br"})
    yield "JSON that is deep", Answer(status, b"[" * 500_000 + b"]" * 500_000)
    yield "JSON that is as deep as Python reads", Answer(status, b"[" * 900 + b"]" * 900)
    yield "JSON that is wide", Answer(status, b"[" + b"[]," * 300_000 + b"[]]")
    yield "a number of a million digits", Answer(status, b'{"accepted":' + b"9" * 900_000 + b"}")
    yield "a body that drips", repeat(b" ", after=head + b"Content-Length: 1000000\r\n\r\n", pause=0.01)
    yield "chunks that drip", repeat(b"1\r\n \r\n", after=head + b"Transfer-Encoding: chunked\r\n\r\n", pause=0.01)
    yield "a head that drips", repeat(b"x", after=line + b"X-Slow: ", pause=0.01)
    yield "a head without an end", repeat(b"X-More: " + b"x" * 1000 + b"\r\n", after=line)
    yield "a line without an end", repeat(b"x" * 65536, after=line + b"X-Long: ")
    yield "early answers without an end", repeat(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
    yield "early answers that drip", repeat(b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.01)
    yield "less than was announced", Answer(raw=head + b"Content-Length: 1000\r\n\r\n{}")
    yield "more than was announced", Answer(raw=head + b"Content-Length: 2\r\n\r\n[]" + b"x" * 100_000)
    yield "two lengths", Answer(raw=head + b"Content-Length: 2\r\nContent-Length: 20\r\n\r\n{}")
    yield "a negative length", Answer(raw=head + b"Content-Length: -1\r\n\r\n{}")
    yield "a chunk of a negative size", Answer(raw=head + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello")
    yield "no HTTP at all", Answer(raw=bytes(range(256)) * 100)
    yield "a wait of a century", Answer(503, "", {"Retry-After": "9" * 5000})
    yield "a wait that is no date", Answer(503, "", {"Retry-After": "Mon, " + "0 " * 5000})


HARM = dict(answers())
REFUSALS = {f"{name}, as a refusal": answer for name, answer in answers(500) if answer.status == 500}
