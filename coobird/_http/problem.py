"""An error answer in words (pure): its JSON or text, and the sentence that goes into a message."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeGuard

# A server's prose is quoted in messages up to here; the error's `body` has all of it.
QUOTED_CHARACTERS = 500


def read_body(content: bytes) -> Any:
    """Return the JSON value of an answer, or its text where it is not JSON; `None` if there is nothing."""
    if not content:
        return None
    import json

    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace")


def text_of(body: object, name: str) -> str | None:
    """Return a field of a problem document if it is a text with something in it."""
    value = body.get(name) if _is_object(body) else None
    return value if isinstance(value, str) and value else None


def reason_of(body: object) -> str:
    """Return the server's own words, as far as they are words: a page of HTML says less than its status."""
    if not _is_object(body):
        text = body if isinstance(body, str) and not body.lstrip().startswith("<") else ""
        return quote(text).rstrip(".")
    errors = body.get("errors")
    detail = text_of(body, "detail") or text_of(body, "title") or ""
    parts = [detail]
    for entry in errors if _is_array(errors) else ():
        field, message = text_of(entry, "field") or "", text_of(entry, "message") or ""
        # Many servers sum the fields up in `detail`; saying it twice hides what to do.
        if message.rstrip(". ") not in detail or field not in detail:
            parts.append(f"{field}: {message}" if field and message else field or message)
    code = text_of(body, "code")
    return quote("; ".join(part.rstrip(". ") for part in parts if part)) + (f" [{quote(code)}]" if code else "")


def _is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _is_array(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def quote(text: str) -> str:
    """Return the text on one line and of bounded length, fit for a message or a log."""
    line = " ".join(text.split())
    if len(line) > QUOTED_CHARACTERS:
        line = line[:QUOTED_CHARACTERS] + "…"
    if not line.isprintable():
        # What moves the cursor of a terminal, or hides what follows, has no place in a log.
        line = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line)
    return line


def host_of(location: str) -> str:
    """Return the host of a `Location`. The rest is left out: a redirect may carry secrets of its own."""
    from urllib.parse import urlsplit

    try:
        return quote(urlsplit(location).hostname or "the same host")
    except ValueError:
        return "an address that is not a URL"
