"""Every operation with everything that can be given to it: one call for each, ready to be made as it is or varied."""

from complete.billing import BILLING
from complete.catalog import CATALOG
from complete.pricing import PRICING
from complete.table import Call, Calls

__all__ = ["CALLS", "Call"]

CALLS: Calls = CATALOG | PRICING | BILLING
