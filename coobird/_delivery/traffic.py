"""Record of the requests that carry queued events: bytes, retries, last success, last error (pure).

Times are Unix times in seconds, and are passed in.
"""

from __future__ import annotations


class Traffic:
    """Record of the requests that carry queued events."""

    def __init__(self) -> None:
        self.sent_bytes = 0
        self.retried = 0
        self.last_success_at: float | None = None
        self.last_error_at: float | None = None
        self.last_error_type: str | None = None
        self.last_error: str | None = None

    def tried(self, events: int, content_bytes: int, *, is_retry: bool) -> None:
        """Note that a request was sent, with so many events and bytes."""
        self.sent_bytes += content_bytes
        if is_retry:
            self.retried += events

    def succeeded(self, now: float) -> None:
        """Note that the server answered for each event."""
        self.last_success_at = now

    def failed(self, kind: str, text: str, now: float) -> None:
        """Note why a request failed. Not the exception: its traceback would keep the events."""
        self.last_error_at, self.last_error_type, self.last_error = now, kind, text
