"""Compare other worlds than `make judges` does.

`python -m tests.support.oracle FIRST_SEED WORLDS`
"""

import sys
from time import perf_counter

from coobird.mock import MockCoobird
from tests.support.oracle.comparison import Comparison, check
from tests.support.oracle.server import Client
from tests.support.oracle.worlds import world


def main(first: int, worlds: int) -> int:
    """Print each world that differs, in its smallest form; 1 if there is one."""
    begun = perf_counter()
    differing = []
    with MockCoobird() as mock:
        comparison = Comparison(Client(mock.url))
        for seed in range(first, first + worlds):
            try:
                check(comparison, seed, world(seed))
            except AssertionError as difference:
                differing.append(seed)
                print(f"{difference}\n", flush=True)
    print(f"{comparison.summary()}, {perf_counter() - begun:.1f} s; worlds that differ: {differing or 'none'}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
