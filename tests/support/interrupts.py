"""An exception at each place of a call at which Python may run a signal handler.

Python runs signal handlers in the main thread between two instructions: after a call of C code, at
the begin of a function, and where a loop jumps back. At other places it runs none.
"""

from __future__ import annotations

import dis
import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import CodeType, FrameType
from typing import Any

import coobird

PACKAGE = os.path.dirname(coobird.__file__) + os.sep


class Interrupt:
    """Raises an exception in a call, at the place with this number.

    Attributes:
        place: Function and line at which it was raised; `None` if the call has fewer places.
    """

    def __init__(self, number: int, error: BaseException) -> None:
        self._places_left = number
        self._error = error
        self.place: str | None = None

    def call(self, function: Callable[[], Any]) -> BaseException | None:
        """Call the function. Returns what it raised."""
        gc.disable()  # else destructors run in between
        try:
            with _monitored(self._reach) if sys.version_info >= (3, 12) else _traced(self._reach):
                function()
        except BaseException as raised:  # noqa: BLE001 - KeyboardInterrupt, for example
            return raised
        finally:
            gc.enable()
        return None

    def _reach(self, frame: FrameType) -> None:
        if self.place is None:
            self._places_left -= 1
            if self._places_left < 0:
                code = frame.f_code
                self.place = f"{os.path.relpath(code.co_filename, PACKAGE)}:{frame.f_lineno} {code.co_qualname}"
                raise self._error


# ------------------------------------------------------------------------------ from Python 3.12 on


@contextmanager
def _monitored(reach: Callable[[FrameType], None]) -> Iterator[None]:
    """Call `reach` at each place. It raises out of the instruction, as a signal handler does."""
    monitoring: Any = getattr(sys, "monitoring", None)  # the stubs of Python 3.11 leave it out
    events, tool, thread = monitoring.events, monitoring.DEBUGGER_ID, threading.get_ident()
    loops: set[CodeType] = set()

    def visit(frame: FrameType) -> None:
        code = frame.f_code
        if not code.co_filename.startswith(PACKAGE) or threading.get_ident() != thread:
            return
        if code.co_name == "__del__":
            return  # Python passes on nothing that is raised in there
        if code not in loops and _jumps(code):
            loops.add(code)
            monitoring.set_local_events(tool, code, events.INSTRUCTION)
        reach(frame)

    # Both have the frame as a signal handler has it: see `coobird/_http/interruption.py`.
    def at(*_: object) -> None:
        frame = sys._getframe(1)
        visit(frame)

    def before(code: CodeType, offset: int) -> Any:
        frame = sys._getframe(1)
        # Not the event JUMP: Python 3.12 and 3.13 do not find the handler of what is raised there.
        return visit(frame) if offset in _jumps(code) else monitoring.DISABLE

    monitoring.use_tool_id(tool, __name__)
    for event in (events.PY_START, events.PY_RESUME, events.C_RETURN):
        monitoring.register_callback(tool, event, at)
    monitoring.register_callback(tool, events.INSTRUCTION, before)
    monitoring.set_events(tool, events.PY_START | events.PY_RESUME | events.CALL)  # CALL brings C_RETURN
    try:
        yield
    finally:
        monitoring.set_events(tool, 0)
        for code in loops:
            monitoring.set_local_events(tool, code, 0)
        monitoring.free_tool_id(tool)


@cache
def _jumps(code: CodeType) -> frozenset[int]:
    """Offsets of the instructions that jump back, and look for signals."""
    return frozenset(each.offset for each in dis.get_instructions(code) if each.opname == "JUMP_BACKWARD")


# -------------------------------------------------------------------------------------- Python 3.11

_CHECKS = ("CALL", "RESUME", "JUMP_BACKWARD", "POP_JUMP_BACKWARD")
_OTHERS = ("CALL_INTRINSIC", "JUMP_BACKWARD_NO_INTERRUPT")


@contextmanager
def _traced(reach: Callable[[FrameType], None]) -> Iterator[None]:
    """Call `reach` at each place, before the instruction that follows it."""
    last: dict[FrameType, int] = {}

    def enter(frame: FrameType, _: str, __: object) -> Any:
        is_ours = frame.f_code.co_filename.startswith(PACKAGE)
        if not (is_ours or frame.f_back in last):
            return None
        frame.f_trace_lines, frame.f_trace_opcodes = False, is_ours
        return step

    def step(frame: FrameType, event: str, _: object) -> Any:
        code, offset = frame.f_code, frame.f_lasti
        if event == "return" and frame.f_back in last:
            del last[frame.f_back]  # Python does not look for signals after a call of Python code
        elif event == "opcode":
            before = last.get(frame)
            last[frame] = offset
            # With another handler, the exception would be raised in the wrong place.
            if before in _checks(code) and _handlers(code)[before] == _handlers(code)[offset]:
                reach(frame)
        return step

    tracer = sys.gettrace()
    sys.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(tracer)


@cache
def _checks(code: CodeType) -> frozenset[int | None]:
    """Offsets of the instructions after which Python looks for signals."""
    return frozenset(
        instruction.offset
        for instruction in dis.get_instructions(code)
        if instruction.opname.startswith(_CHECKS) and not instruction.opname.startswith(_OTHERS)
    )


@cache
def _handlers(code: CodeType) -> dict[int | None, int | None]:
    """Place of the code that handles an error of each instruction, by its offset."""
    table: list[Any] = dis.Bytecode(code).exception_entries  # type: ignore[attr-defined] # the stubs leave it out
    return {
        instruction.offset: next(
            (entry.target for entry in table if entry.start <= instruction.offset < entry.end), None
        )
        for instruction in dis.get_instructions(code)
    }
