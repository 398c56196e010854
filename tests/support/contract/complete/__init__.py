"""One call for each operation with all its options. A test makes it as it is, or varies it."""

from tests.support.contract.complete.billing import BILLING
from tests.support.contract.complete.catalog import CATALOG
from tests.support.contract.complete.pricing import PRICING
from tests.support.contract.complete.table import Call, Calls

__all__ = ["CALLS", "Call"]

CALLS: Calls = CATALOG | PRICING | BILLING
