"""Answers on a terminal: tables for people, JSON for programs, a count during long lists."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any, cast

from coobird.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    Row = dict[str, Any]

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:00)")
_WIDEST = 40


class MissingTablesError(ImportError):
    """The package that draws tables is not installed: it comes with the extra `cli`."""


def json_line(value: Any) -> str:
    """Return a value as one line of JSON, with escapes if the output cannot take its letters."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"), default=str)
    return text


def console(*, to_stderr: bool = False) -> Console:
    """Return a console for people. In a file or a pipe it cuts off nothing."""
    try:
        from rich.console import Console
    except ImportError as error:
        raise MissingTablesError(
            "tables need the package 'rich': pip install 'coobird[cli]' (--json does without)."
        ) from error

    class Quiet(Console):
        """Raises `BrokenPipeError` when its reader has gone; rich itself would exit the program."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    out = Quiet(stderr=to_stderr, highlight=False, soft_wrap=False)
    return out if out.is_terminal else Quiet(stderr=to_stderr, highlight=False, width=10_000)


def show_one(entry: Row, *, as_json: bool) -> None:
    """Print one entry: a line per field, or one line of JSON."""
    if as_json:
        print(json_line(entry))
        return
    out = console()
    from rich.table import Table

    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in entry.items():
        table.add_row(_text(name), _text(cell(value)))
    out.print(table)


def show_entries(entries: Iterable[Row], *, columns: str | None, noun: str, as_json: bool) -> None:
    """Print the entries of a list: a table, or a line of JSON each.

    Args:
        entries: The entries.
        columns: Names of the fields to show, with commas between them. Those that fit, if left out.
        noun: Name of the entries in messages.
        as_json: True for JSON.
    """
    if as_json:
        for entry in entries:
            print(json_line(entry))
        return
    out = console()
    rows = list(entries)
    if not rows:
        print(f"no {noun.replace('-', ' ')}", file=sys.stderr)
        return
    shown = chosen(columns, rows) if columns else fitting(rows, out.width)
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in shown:
        is_number = all(isinstance(row.get(name), int | float | None) for row in rows)
        table.add_column(
            name,
            justify="right" if is_number else "left",
            overflow="ellipsis",
            no_wrap=True,
            max_width=None if columns else _WIDEST,
        )
    for row in rows:
        table.add_row(*(_text(cell(row.get(name))) for name in shown))
    out.print(table)
    if hidden := [name for name in _names(rows) if name not in shown]:
        print(f"not shown: {', '.join(hidden)} (--columns, --json)", file=sys.stderr)


def chosen(columns: str, rows: list[Row]) -> list[str]:
    """Return the names of the fields that were asked for."""
    names, known = [name.strip() for name in columns.split(",")], _names(rows)
    if unknown := [name for name in names if name not in known]:
        raise ConfigurationError(f"there is no field {unknown[0]!r}; there are {', '.join(known)}.")
    return names


def fitting(rows: list[Row], width: int) -> list[str]:
    """Return the names of the fields that fit, from the left. Each has a value, not a list."""
    shown: list[str] = []
    for name in _names(rows):
        values = [row.get(name) for row in rows]
        if any(isinstance(value, dict | list) for value in values) or all(value is None for value in values):
            continue
        needed = min(max(len(name), *(len(cell(value)) for value in values)), _WIDEST) + 2
        if needed > width and shown:
            break
        shown.append(name)
        width -= needed
    return shown


def cell(value: Any) -> str:
    """Return a value for people, without control characters, which could steer the terminal."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json_line(cast("object", value))
    if instant := _INSTANT.fullmatch(text):
        return f"{instant[1]} {instant[2]}"
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def counted(entries: Iterable[Row], noun: str, *, as_json: bool) -> Iterator[Row]:
    """Yield the entries. On a terminal, the standard error shows their count while they arrive."""
    if not sys.stderr.isatty() or (as_json and sys.stdout.isatty()):
        yield from entries
        return
    try:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    except ImportError:
        yield from entries
        return
    about = TextColumn(f"{{task.completed:,}} {noun.replace('-', ' ')}")
    with Progress(
        SpinnerColumn(), about, TimeElapsedColumn(), console=console(to_stderr=True), transient=True
    ) as shown:
        task = shown.add_task("", total=None)
        for entry in entries:
            shown.advance(task)
            yield entry


def _names(rows: list[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _text(text: str) -> Any:
    from rich.text import Text

    return Text(text)  # rich would read a str as markup
