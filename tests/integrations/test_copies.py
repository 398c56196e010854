"""Copies of handlers are the handlers themselves, and pickling says what to do instead."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from pydantic import BaseModel, ConfigDict

from coobird import Coomon
from coobird.integrations.langchain import CoobirdCallbackHandler
from coobird.integrations.litellm import CoobirdLogger
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from tests.support.direct import KEY, places_with_the_key

HANDLERS = [CoobirdCallbackHandler, CoobirdLogger, CoobirdSpanProcessor]


@pytest.fixture(params=HANDLERS, ids=lambda kind: kind.__name__)
def handler(request: pytest.FixtureRequest) -> Any:
    return request.param(Coomon(KEY, host="http://127.0.0.1:9"))


def test_a_copy_is_the_handler_itself_so_that_no_call_is_reported_twice(handler: Any) -> None:
    assert copy.copy(handler) is handler
    assert copy.deepcopy({"callbacks": [handler]})["callbacks"][0] is handler


def test_a_pickle_is_refused_with_what_to_do_instead_and_without_the_key(handler: Any) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match=r"cannot be pickled: .* Make one in each process") as caught:
            pickle.dumps([handler], protocol)
        assert places_with_the_key(caught.value) == []


def test_a_model_with_a_callback_handler_can_be_copied_deeply() -> None:
    class Agent(BaseModel):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        callbacks: list[BaseCallbackHandler]

    handler = CoobirdCallbackHandler(Coomon(KEY, host="http://127.0.0.1:9"))
    assert Agent(callbacks=[handler]).model_copy(deep=True).callbacks[0] is handler
