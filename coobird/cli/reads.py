"""One command for each operation that reads, derived from the methods of the client.

An operation that the contract gains is a command without further code.

    list_customers        coobird customers list
    list_agent_actions    coobird agent-actions list ID
    get_wallet            coobird wallets get WALLET_ID
    get_wallet_balance    coobird wallets balance WALLET_ID
"""

from __future__ import annotations

import inspect
import itertools
import re
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from coobird_api.methods.resources import Methods

import coobird
from coobird.cli.arguments import add_host, add_json, connect
from coobird.cli.show import counted, show_entries, show_one

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator

    from coobird.cli.arguments import Commands
    from coobird.cli.parser import Parser

# Source: openapi/coobird.yaml components/parameters/Limit.
_MAX_PAGE = 100


def truth(text: str) -> bool:
    """Return the value of `true` or `false`, written as in JSON."""
    if text.lower() not in ("true", "false"):
        raise ArgumentTypeError("must be true or false")
    return text.lower() == "true"


_TYPES: dict[str, Callable[[str], Any]] = {"str": str, "int": int, "float": float, "bool": truth}


class Filter(NamedTuple):
    """An option of a list."""

    name: str
    type: Callable[[str], Any]
    choices: tuple[str, ...] | None
    help: str


class Read(NamedTuple):
    """An operation that reads. `iterator` is the method that goes through all pages, if any."""

    resource: str
    action: str
    method: str
    iterator: str | None
    ids: tuple[str, ...]
    filters: tuple[Filter, ...]
    help: str


def reads() -> Iterator[Read]:
    """Yield all operations that read, resource by resource."""
    for owner in Methods.__bases__:
        resource = re.sub(r"(?<!^)(?=[A-Z])", "_", owner.__name__.removesuffix("Methods")).lower()
        for name, method in vars(owner).items():
            if name.startswith(("list_", "get_")):
                yield _read(owner, resource, name, method)


def _read(owner: type, resource: str, name: str, method: Any) -> Read:
    pages = name.replace("list_", "iter_")
    parameters = list(inspect.signature(method).parameters.values())[1:]
    about = inspect.getdoc(method) or ""
    return Read(
        resource=resource.replace("_", "-"),
        action=_action(name, resource),
        method=name,
        iterator=pages if pages != name and hasattr(owner, pages) else None,
        ids=tuple(p.name for p in parameters if p.kind is not p.KEYWORD_ONLY),
        filters=tuple(
            _filter(p.name, str(p.annotation), about)
            for p in parameters
            if p.kind is p.KEYWORD_ONLY and p.name not in ("page", "limit")
        ),
        help=about.partition("\n")[0].removesuffix(".").removesuffix(", a page at a time"),
    )


def _action(name: str, resource: str) -> str:
    if name.startswith("list_"):
        return "list"
    return name.removeprefix(f"get_{resource.removesuffix('s')}").strip("_").replace("_", "-") or "get"


def _filter(name: str, annotation: str, about: str) -> Filter:
    kind = annotation.partition(" | ")[0]
    choices = None if kind in _TYPES else get_args(getattr(coobird, kind, str)) or None
    text = re.search(rf"^    {name}: (.+(?:\n        .+)*)", about, re.MULTILINE)
    return Filter(name, _TYPES.get(kind, str), choices, re.sub(r"\s+", " ", text.group(1)) if text else "")


# ----------------------------------------------------------------------------------------- command line


def add_to(commands: Commands) -> None:
    for resource, group in itertools.groupby(reads(), key=lambda read: read.resource):
        actions = commands.add_parser(resource, help=f"read {resource.replace('-', ' ')}").add_subparsers(
            dest="action", metavar="ACTION", required=True
        )
        for read in group:
            _add(actions, read)


def _add(actions: Commands, read: Read) -> None:
    parser: Parser = actions.add_parser(read.action, help=read.help, description=f"{read.help}.")
    parser.set_defaults(run=_run, read=read)
    for name in read.ids:
        parser.add_argument(name, metavar=name.upper())
    for each in read.filters:
        parser.add_argument(
            f"--{each.name.replace('_', '-')}",
            type=each.type,
            choices=each.choices,
            metavar=None if each.choices else "true|false" if each.type is truth else each.name.upper(),
            help=each.help.replace("%", "%%"),
        )
    if read.action == "list":
        if read.iterator:
            parser.add_argument("--limit", type=_count, metavar="N", help="at most so many entries (default: all)")
        parser.add_argument("--columns", metavar="A,B", help="the fields to show (default: those that fit)")
    add_host(parser)
    add_json(parser, "one line of JSON for each entry, whole")


def _run(options: Namespace) -> int:
    read: Read = options.read
    ids = [getattr(options, name) for name in read.ids]
    filters = {each.name: value for each in read.filters if (value := getattr(options, each.name)) is not None}
    with connect(options) as client:
        if read.action != "list":
            show_one(getattr(client, read.method)(*ids).to_dict(), as_json=options.json)
            return 0
        if read.iterator:
            page = min(options.limit or _MAX_PAGE, _MAX_PAGE)
            found = itertools.islice(getattr(client, read.iterator)(*ids, **filters, limit=page), options.limit)
        else:
            found = getattr(client, read.method)(*ids, **filters)
        entries = counted((entry.to_dict() for entry in found), read.resource, as_json=options.json)
        show_entries(entries, columns=options.columns, noun=read.resource, as_json=options.json)
    return 0


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text.lstrip("0")) < 19):
        raise ArgumentTypeError("must be a whole number, 1 or more")
    return int(text)
