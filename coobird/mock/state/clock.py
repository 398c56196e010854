"""Time of the server: the real time, the real time plus an offset, or a frozen instant."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Starts as the real time. Not thread-safe: only the server's event loop uses it."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._frozen: datetime | None = None

    @property
    def frozen(self) -> bool:
        return self._frozen is not None

    def now(self) -> datetime:
        return self._frozen or datetime.fromtimestamp(time.time(), UTC) + self._offset

    def freeze(self, at: datetime | None = None) -> None:
        """Stop at `at`, or at the present moment. An `at` without a time zone is in UTC."""
        moment = at or self.now()
        self._frozen = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)

    def advance(self, seconds: float) -> None:
        """Move forwards (backwards if negative). A frozen clock stays frozen.

        Raises:
            OverflowError: The time would leave the years 1 to 9999.
        """
        step = timedelta(seconds=seconds)
        if self._frozen is not None:
            self._frozen += step
        else:
            self._offset, _ = self._offset + step, self.now() + step

    def reset(self) -> None:
        """Return to the real time."""
        self._offset, self._frozen = timedelta(), None

    def as_text(self) -> str:
        """Offset and frozen instant as text that `restore` reads."""
        frozen = self._frozen.isoformat() if self._frozen else ""
        return f"{self._offset // timedelta(microseconds=1)} {frozen}"

    def restore(self, text: str) -> None:
        """Set the clock to what `as_text` of another clock returned."""
        offset, frozen = text.split(" ")
        self._offset = timedelta(microseconds=int(offset))
        self._frozen = datetime.fromisoformat(frozen) if frozen else None
