"""Instants as the API writes them, and days and instants as people write them (pure)."""

from datetime import UTC, date, datetime


def instant_text(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds. Texts of this form sort in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant_of(text: str) -> datetime:
    """Moment that an ISO 8601 text states, also in the forms that Python's own reader refuses.

    Raises:
        ValueError: The text is not in a form of ISO 8601.
        OverflowError: It lies beyond the year 9999.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        # Loaded late: it takes longer than any module of ours, and few texts need it.
        from dateutil.parser import isoparser

        # With any other separator, the seconds of a Unix time would be read as a day and an hour.
        return isoparser(sep="T").isoparse(text)


def day_text(day: date | str) -> str:
    """A day as `YYYY-MM-DD`. A text that states no day stays as it is."""
    try:
        return instant_of(day).date().isoformat() if isinstance(day, str) else day.isoformat()
    except (ValueError, OverflowError):
        return str(day)
