"""The contract is valid OpenAPI."""

from openapi_spec_validator import validate

from tests.support.contract.spec import DOCUMENT


def test_the_spec_is_valid_openapi() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    validate(DOCUMENT)
