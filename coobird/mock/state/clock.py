"""The time as the server sees it: real, moved, or standing still."""

import time
from datetime import UTC, datetime, timedelta


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, the form of every instant in an answer."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Clock:
    """Starts as the real time. Not thread-safe: the server asks it from its event loop only."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._frozen: datetime | None = None

    @property
    def frozen(self) -> bool:
        return self._frozen is not None

    def now(self) -> datetime:
        return self._frozen or datetime.fromtimestamp(time.time(), UTC) + self._offset

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still at `at`, or at the present moment. Without a time zone, `at` is in UTC."""
        moment = at or self.now()
        self._frozen = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)

    def advance(self, seconds: float) -> None:
        """Move on (or back, if negative); a frozen clock stays frozen. `OverflowError` beyond the years 1 to 9999."""
        step = timedelta(seconds=seconds)
        if self._frozen is not None:
            self._frozen += step
        else:
            self._offset, _ = self._offset + step, self.now() + step

    def reset(self) -> None:
        """Back to the real time."""
        self._offset, self._frozen = timedelta(), None

    def written(self) -> str:
        """How it is set, for `restore`."""
        frozen = self._frozen.isoformat() if self._frozen else ""
        return f"{self._offset // timedelta(microseconds=1)} {frozen}"

    def restore(self, written: str) -> None:
        """Set it as another one was."""
        offset, frozen = written.split(" ")
        self._offset = timedelta(microseconds=int(offset))
        self._frozen = datetime.fromisoformat(frozen) if frozen else None
