"""The checked-in types read and write JSON without losing anything."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
import subprocess
import sys
from typing import Any, Required, get_origin, get_type_hints

import pytest
from coobird_api import models, types
from coobird_api.models import CreateInvoiceTaxOptions, UpdateCustomerOptions, UpdateInvoiceOptions
from coobird_api.types import UNSET

from tests.support.contract.spec import DOCUMENT

Json = dict[str, Any]

OBJECTS: dict[str, Json] = {
    name: schema for name, schema in DOCUMENT["components"]["schemas"].items() if schema.get("properties")
}
REQUESTS = sorted(name for name, schema in OBJECTS.items() if schema.get("additionalProperties") is False)
ANSWERS = sorted(OBJECTS.keys() - set(REQUESTS))


def sample(schema: Json, *, required_only: bool = False) -> Any:
    """A JSON value as the contract has it; enumerations and known values are ones that it does not know."""
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        fields = schema.get("properties")
        if fields is None:
            return {"anything": [1, {"nested": None}]}
        names = schema.get("required", []) if required_only else fields
        return {name: sample(fields[name], required_only=required_only) for name in names}
    if kind == "array":
        return [sample(schema["items"], required_only=required_only)]
    if kind == "string":
        texts = {"date": "2026-04-01", "date-time": "2026-04-01T10:00:00.250000+00:00"}
        return texts.get(schema.get("format", ""), "unheard of")
    assert kind in ("integer", "number", "boolean"), schema
    return {"integer": 7, "number": 0.25, "boolean": True}[kind]


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("required_only", [False, True])
def test_an_answer_keeps_unknown_fields_and_values_and_writes_what_it_read(name: str, required_only: bool) -> None:
    wire = {**sample(OBJECTS[name], required_only=required_only), "new_field": {"as": "is"}}
    model = getattr(models, name).from_dict(wire)
    assert model.additional_properties == {"new_field": {"as": "is"}}
    assert model.to_dict() == wire
    assert pickle.loads(pickle.dumps(model)) == copy.deepcopy(model) == model


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_with_null_in_every_field_is_read(name: str) -> None:
    wire = dict.fromkeys(OBJECTS[name]["properties"])
    assert getattr(models, name).from_dict(wire).to_dict() == wire


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("required_only", [False, True])
def test_a_request_object_writes_what_it_read_and_refuses_other_fields(name: str, required_only: bool) -> None:
    model = getattr(models, name)
    wire = sample(OBJECTS[name], required_only=required_only)
    assert model.from_dict(wire).to_dict() == wire
    with pytest.raises(TypeError, match=f"{name} has no field nmae"):
        model.from_dict({**wire, "nmae": "Acme"})


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_attributes_are_the_fields_of_the_contract_under_their_names_on_the_wire(name: str) -> None:
    hints = get_type_hints(getattr(models, name))
    assert hints.keys() - {"additional_properties"} == OBJECTS[name]["properties"].keys()


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_object_has_a_dict_with_the_same_keys_and_those_that_the_contract_requires(name: str) -> None:
    hints = get_type_hints(getattr(models, f"{name}Dict"), include_extras=True)
    assert hints.keys() == OBJECTS[name]["properties"].keys()
    required = {key for key, hint in hints.items() if get_origin(hint) is Required}
    assert required == set(OBJECTS[name].get("required", []))


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_has_no_dict(name: str) -> None:
    assert f"{name}Dict" not in models.__all__


def test_dates_become_date_and_aware_datetime_and_free_form_objects_stay_dicts() -> None:
    contract = models.ContractResponse.from_dict(sample(OBJECTS["ContractResponse"]))
    assert contract.start_date == dt.date(2026, 4, 1)
    assert contract.created_at == dt.datetime(2026, 4, 1, 10, microsecond=250_000, tzinfo=dt.UTC)
    assert type(contract.metadata) is dict


def test_left_out_none_and_a_value_are_three_things_on_the_wire() -> None:
    assert UpdateCustomerOptions(email=None, name="Acme").to_dict() == {"email": None, "name": "Acme"}
    assert UpdateCustomerOptions().to_dict() == {}


def test_nested_options_may_be_objects_or_dicts_and_dates_may_be_text() -> None:
    tax = {"tax_name": "VAT", "tax_rate": 0.19, "taxable_amount": 100, "tax_amount": 19}
    for day in "2026-04-01", dt.date(2026, 4, 1):
        options = UpdateInvoiceOptions(due_date=day, taxes=(tax, CreateInvoiceTaxOptions.from_dict(tax)))
        assert options.to_dict() == {"due_date": "2026-04-01", "taxes": [tax, tax]}


def test_unset_is_false_and_stays_the_same_object_through_copies() -> None:
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert copy.deepcopy(UNSET) is copy.copy(UNSET) is pickle.loads(pickle.dumps(UNSET)) is UNSET


def test_every_name_of_models_can_be_imported_and_no_other() -> None:
    assert all(getattr(models, name) is not None for name in models.__all__)
    assert set(models.__all__) <= set(dir(models))
    assert DOCUMENT["components"]["schemas"].keys() <= set(models.__all__)
    for module in models, types:
        with pytest.raises(AttributeError, match="has no attribute 'Custmoer'"):
            getattr(module, "Custmoer")  # noqa: B009


def test_importing_the_methods_loads_neither_httpx_nor_attrs_nor_typing_nor_a_model() -> None:
    program = """
import sys
before = set(sys.modules)
import coobird_api.api
new = {name for name in set(sys.modules) - before}
print([name for name in new if not name.startswith("coobird_api") and name != "__future__" or "models" in name])
import coobird_api.models
print(sorted({"httpx", "attr", "attrs"} & set(sys.modules)))
coobird_api.models.CustomerResponse
print(sorted({"httpx", "attr", "attrs"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["[]", "[]", "['attr', 'attrs']"], done.stderr
