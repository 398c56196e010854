"""An exception at each place of a call at which Python may run a signal handler.

Python runs signal handlers in the main thread between two instructions: after a call of C code, at
the begin of a function, and where a loop jumps back. At other places it runs none.
"""

from __future__ import annotations

import dis
import gc
import os
import sys
from collections.abc import Callable
from functools import cache
from types import CodeType, FrameType
from typing import Any

import coobird

PACKAGE = os.path.dirname(coobird.__file__) + os.sep

_CHECKS = ("CALL", "RESUME", "JUMP_BACKWARD", "POP_JUMP_BACKWARD")
_OTHERS = ("CALL_INTRINSIC", "JUMP_BACKWARD_NO_INTERRUPT")


@cache
def _handlers(code: CodeType) -> dict[int, int | None]:
    """Place of the code that handles an error of each instruction, by its offset."""
    table: list[Any] = dis.Bytecode(code).exception_entries  # type: ignore[attr-defined] # the stubs leave it out
    return {
        instruction.offset: next(
            (entry.target for entry in table if entry.start <= instruction.offset < entry.end), None
        )
        for instruction in dis.get_instructions(code)
    }


@cache
def _checks(code: CodeType) -> frozenset[int]:
    """Offsets of the instructions after which Python looks for signals."""
    return frozenset(
        instruction.offset
        for instruction in dis.get_instructions(code)
        if instruction.opname.startswith(_CHECKS) and not instruction.opname.startswith(_OTHERS)
    )


class Interrupt:
    """Raises an exception in a call, at the place with this number.

    Attributes:
        place: Function and line at which it was raised; `None` if the call has fewer places.
    """

    def __init__(self, number: int, error: BaseException) -> None:
        self._places_left = number
        self._error = error
        self._last: dict[FrameType, int] = {}
        self.place: str | None = None

    def call(self, function: Callable[[], Any]) -> BaseException | None:
        """Call the function. Returns what it raised."""
        before = sys.gettrace()
        gc.disable()  # else destructors run in between
        sys.settrace(self._enter)
        try:
            function()
        except BaseException as raised:  # noqa: BLE001 - KeyboardInterrupt, for example
            return raised
        finally:
            sys.settrace(before)
            gc.enable()
            self._last.clear()
        return None

    def _enter(self, frame: FrameType, _: str, __: object) -> Any:
        is_ours = frame.f_code.co_filename.startswith(PACKAGE)
        if self.place is not None or not (is_ours or frame.f_back in self._last):
            return None
        frame.f_trace_lines, frame.f_trace_opcodes = False, is_ours
        return self._step

    def _step(self, frame: FrameType, event: str, _: object) -> Any:
        code, offset = frame.f_code, frame.f_lasti
        if event == "return" and frame.f_back in self._last:
            del self._last[frame.f_back]  # Python does not look for signals after a call of Python code
        elif event == "opcode" and self.place is None:
            last = self._last.get(frame)
            if last is not None and last in _checks(code) and _handlers(code)[last] == _handlers(code)[offset]:
                # With another handler, the exception would be raised in the wrong place.
                self._places_left -= 1
                if self._places_left < 0:
                    name = os.path.relpath(code.co_filename, PACKAGE)
                    self.place = f"{name}:{frame.f_lineno} {code.co_qualname}"
                    raise self._error
            self._last[frame] = offset
        return self._step
