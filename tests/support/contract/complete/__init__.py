"""Every operation with everything that can be given to it: one call for each, ready to be made as it is or varied."""

from tests.support.contract.complete.billing import BILLING
from tests.support.contract.complete.catalog import CATALOG
from tests.support.contract.complete.pricing import PRICING
from tests.support.contract.complete.table import Call, Calls

__all__ = ["CALLS", "Call"]

CALLS: Calls = CATALOG | PRICING | BILLING
