"""Local Coobird server: the whole of `/api/v1`, stateful, without an account.

`python -m coobird.mock` starts it on the command line, `MockCoobird` inside a program or a test.
Both need the extra: `pip install 'coobird[mock]'`. The import of this package loads nothing of the
extra.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coobird.mock.inprocess import MockCoobird

__all__ = ["MockCoobird"]


def __getattr__(name: str) -> Any:
    if name == "MockCoobird":
        from coobird.mock.inprocess import MockCoobird

        return MockCoobird
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
