"""Warmed process of a section: it imports everything once, and forks a child for each column.

Instrumentations patch whole packages, so that no two columns can share a process. A child has all
modules of its parent, none of which is patched yet.

python -m tests.support.integrations.matrix.process openai < columns   # a line of JSON for each
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import json
import os
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

from coobird.errors import InvalidEventError
from coobird.integrations import opentelemetry as processing
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from tests.support.integrations.emitters import HANDLER, choose, instrument, load
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.judge import has_reporter
from tests.support.integrations.matrix.section import PROGRAM, Column, Section
from tests.support.integrations.matrix.sections import SECTIONS
from tests.support.integrations.recorder import LOOPBACK, Recorder

MAX_SECONDS = 120
"""Time after which a child that hangs shows where, and ends."""
NO_CALLS = {"invoke_agent", "execute_tool", "AGENT", "CHAIN", "TOOL"}
"""Kinds of spans, as they state at their start, that stand for no call of a model."""


class StartedSpans(SpanProcessor):
    """Keeps the names of the spans that have started, by their instrumentation.

    Spans of the program itself are left out, and so are those of agents and tools.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.open = 0

    def on_start(self, span: Any, parent_context: Any = None) -> None:
        self.open += 1
        scope = span.instrumentation_scope
        kinds = {span.attributes.get(name) for name in ("gen_ai.operation.name", "openinference.span.kind")}
        if (scope is None or scope.name != PROGRAM) and not kinds & NO_CALLS:
            self.names.append(f"{'' if scope is None else scope.name}: {span.name}")

    def on_end(self, span: Any) -> None:
        self.open -= 1


def run(section: Section, column: Column) -> dict[str, Any]:
    """Make all calls of a section with these reporters, and return what each has left."""
    choose(column)
    # What waits for a later report waits until the shutdown, however slow the machine is.
    processing.LATE_REPORT_NS = MAX_SECONDS * 1_000_000_000
    coomon, started = Recorder(), StartedSpans()
    processor = CoobirdSpanProcessor(coomon, providers=LOOPBACK)
    provider = TracerProvider()
    provider.add_span_processor(processor)
    provider.add_span_processor(started)
    trace.set_tracer_provider(provider)
    for emitter in column:
        instrument(emitter, *section.packages)
    gc.freeze()
    rows = section.rows()
    found: list[dict[str, Any]] = []

    async def calls() -> None:
        async with section.open(coomon, column) as session:
            for number, row in enumerate(rows):
                before = (len(session.answered()), len(coomon.errors), len(started.names))
                still_open = started.open
                with coomon.run(customer_id=f"row_{number}", agent_id="agent"):
                    await session.perform(row)
                await settle(coomon.errors, before[1] + is_reported(row, column, section))
                if row.is_broken:
                    await settle_spans(started, still_open)
                found.append(
                    {
                        "calls": session.answered()[before[0] :],
                        "errors": [shown(error) for error in coomon.errors[before[1] :]],
                        "spans": started.names[before[2] :],
                    }
                )

    asyncio.run(calls())
    provider.shutdown()
    in_time = sum(len(each["errors"]) for each in found)
    for number, each in enumerate(found):
        each["row"] = str(rows[number])
        each["events"] = [
            [event["customer_id"], event["metadata"]["source"], event["attributes"]]
            for event in coomon.accepted()
            if event["customer_id"].split(".")[0] == f"row_{number}"
        ]
    assert sum(len(each["events"]) for each in found) == len(coomon.accepted())
    return {
        "rows": found,
        "late": [shown(error) for error in coomon.errors[in_time:]],
        "stats": processor.stats()._asdict(),
    }


async def settle(errors: list[Any], wanted: int) -> None:
    """Collect what was dropped, until there are as many errors. Its end may need several tasks."""
    deadline = time.monotonic() + MAX_SECONDS / 4
    while True:
        gc.collect()
        for _ in range(20):
            await asyncio.sleep(0)
        if len(errors) >= wanted or time.monotonic() > deadline:
            return
        await asyncio.sleep(0.01)


async def settle_spans(started: StartedSpans, wanted: int) -> None:
    """Collect what was dropped, until no more spans are open than before, or for a moment.

    Some spans never end. Those of a stream that was dropped end when nobody holds it any more.
    """
    deadline = time.monotonic() + 1
    while started.open > wanted and time.monotonic() < deadline:
        gc.collect()
        await asyncio.sleep(0.01)


def is_reported(row: Row, column: Column, section: Section) -> bool:
    """True if a reporter that sees the end of every call is there, and the row has no such end."""
    seeing = [name for name in column if name != HANDLER or not section.ends_at_exit]
    return row.is_broken and has_reporter(tuple(seeing), row)


def shown(error: Exception) -> list[str]:
    source = f", by {error.event['metadata']['source']}" if isinstance(error, InvalidEventError) else ""
    return [type(error).__name__, f"{error}{source}"]


def in_child(work: Callable[[], dict[str, Any]]) -> str:
    """Run `work` in a child of this process, and return what it has returned, as JSON."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as answer:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                faulthandler.dump_traceback_later(MAX_SECONDS, exit=True)
                answer.write(json.dumps(work(), default=str))
                answer.flush()
                status = 0
            except BaseException:  # noqa: BLE001 - the parent's code must not run here as well
                traceback.print_exc()
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        answer.seek(0)
        text = answer.read()
    if status:
        raise SystemExit(f"A column failed with status {status}; its error is above.")
    return text


async def make_each_call(section: Section) -> None:
    """Make all calls once without a reporter: packages build much of what they need only then."""
    async with section.open(coomon := Recorder(), ()) as session:
        for row in section.rows():
            with coomon.run(customer_id="warm"):
                await session.perform(row)


def wait_for_threads() -> None:
    """Wait until the threads of a closed session have ended: the children would lack them."""
    deadline = time.monotonic() + 20
    while threading.active_count() > 1:
        assert time.monotonic() < deadline, threading.enumerate()
        time.sleep(0.01)


def main(name: str) -> None:
    section = SECTIONS[name]
    answers, sys.stdout = sys.stdout, sys.stderr  # some packages print
    choose(())
    section.warm()
    for emitter in section.emitters:
        for package in section.packages:
            load(emitter, package)
    if section.is_warmed_by_calls:
        asyncio.run(make_each_call(section))
        gc.collect()
    wait_for_threads()
    # Excludes present objects from garbage collection: a collection after each call is quick.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        column = tuple(json.loads(line))
        try:
            print(in_child(lambda column=column: run(section, column)), file=answers, flush=True)
        except SystemExit as error:
            raise SystemExit(f"{name}, {'+'.join(column)}: {error}") from None


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1])
