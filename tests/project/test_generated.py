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
    """A JSON value that fits the schema, with unknown values for enumerations."""
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0])
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


REQUIRED = [(name, field) for name in ANSWERS for field in OBJECTS[name].get("required", [])]


@pytest.mark.parametrize(("name", "field"), REQUIRED)
def test_a_required_field_that_an_answer_lacks_reads_as_none_if_null_is_allowed_else_as_unset(
    name: str, field: str
) -> None:
    wire = sample(OBJECTS[name])
    del wire[field]
    model = getattr(models, name).from_dict(wire)
    is_nullable = "null" in OBJECTS[name]["properties"][field].get("type", [])
    assert getattr(model, field) is (None if is_nullable else UNSET)
    assert model.to_dict() == ({**wire, field: None} if is_nullable else wire)
    assert pickle.loads(pickle.dumps(model)) == copy.deepcopy(model) == model


@pytest.mark.parametrize("name", ANSWERS)
def test_a_value_of_another_type_reads_as_unset_and_is_written_back_as_it_came(name: str) -> None:
    for field in OBJECTS[name]["properties"]:
        # No field of the contract takes a list of lists.
        wire = {**sample(OBJECTS[name]), field: [[]]}
        model = getattr(models, name).from_dict(wire)
        assert getattr(model, field) is UNSET, field
        assert model.additional_properties == {field: [[]]}
        assert model.to_dict() == wire


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("wire", [None, 7, "text", [], [["id", "x"]]])
def test_an_answer_is_read_from_nothing_but_an_object(name: str, wire: Any) -> None:
    with pytest.raises(TypeError, match="not an object"):
        getattr(models, name).from_dict(wire)


def logged_by(program: str) -> tuple[list[str], str]:
    """Lines that a program writes to the logger `coobird`, and its output at the end."""
    begin = """
import logging
from coobird_api.models import CustomerListResponse, CustomerResponse

class Handler(logging.Handler):
    def emit(self, record):
        print(record.levelname, record.getMessage(), flush=True)

logger = logging.getLogger("coobird")
logger.addHandler(Handler())
"""
    command = [sys.executable, "-c", begin + program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    *lines, end = done.stdout.splitlines()
    return lines, end


def test_each_missing_field_of_a_class_is_logged_once_at_debug_level() -> None:
    lines, _ = logged_by(f"""
customer = {sample(OBJECTS["CustomerResponse"])!r}
del customer["name"], customer["phone"]
CustomerResponse.from_dict(customer)  # the level is too high, so nothing is logged yet
logger.setLevel("DEBUG")
for _ in range(3):
    CustomerListResponse.from_dict({{"data": [customer, customer]}})
print("end")
""")
    assert [(line.split()[0], line.split("'")[1], line.partition("reads as ")[2].split(".")[0]) for line in lines] == [
        ("DEBUG", "name", "UNSET"),
        ("DEBUG", "phone", "None"),
        ("DEBUG", "pagination", "UNSET"),
    ]
    assert lines[0].startswith("DEBUG CustomerResponse ")


def test_a_value_of_another_type_is_logged_once_as_a_warning_that_does_not_show_it() -> None:
    lines, _ = logged_by(f"""
customer = {sample(OBJECTS["CustomerResponse"])!r}
for _ in range(3):
    CustomerResponse.from_dict({{**customer, "name": 4111111111111111, "created_at": "4111111111111111"}})
print("end")
""")
    assert len(lines) == 2
    assert lines[0].startswith("WARNING CustomerResponse of an answer has a value of type int in 'name' ")
    assert "'created_at'" in lines[1]
    assert "4111" not in "".join(lines)


def test_a_log_that_fails_does_not_hide_the_answer() -> None:
    _, end = logged_by("""
class Broken(logging.Handler):
    def emit(self, record):
        raise OSError("the disk is full")

logger.addHandler(Broken())
logger.setLevel("DEBUG")
print(CustomerResponse.from_dict({"id": "cust_1"}).id)
""")
    assert end == "cust_1"


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
import coobird_api.methods.resources, coobird_api.methods.async_resources, coobird_api.methods.async_events
new = {name for name in set(sys.modules) - before}
print([name for name in new if not name.startswith("coobird_api") and name != "__future__" or "models" in name])
import coobird_api.models
print(sorted({"httpx", "attr", "attrs"} & set(sys.modules)))
coobird_api.models.CustomerResponse
print(sorted({"httpx", "attr", "attrs"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["[]", "[]", "['attr', 'attrs']"], done.stderr
