"""Instants as the API writes them (pure)."""

from datetime import UTC, datetime


def instant_text(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds. Texts of this form sort in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
