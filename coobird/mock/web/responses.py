"""JSON and error responses of the routes outside the API, and ids of requests."""

import os
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coobird.mock.contract import json_text
from coobird.mock.contract.problems import Problem


def new_request_id() -> str:
    return f"req_{os.urandom(8).hex()}"


def json_response(value: Any, status: int = 200) -> Response:
    return Response(json_text.encode(value), status, media_type="application/json")


def problem_response(request: Request, problem: Exception, headers: Mapping[str, str] | None = None) -> Response:
    """Error response in the form of the API, with a request id.

    Starlette calls its error handlers with these arguments.
    """
    assert isinstance(problem, Problem)
    request_id = new_request_id()
    all_headers = {"X-Request-Id": request_id, **problem.headers, **(headers or {})}
    return Response(json_text.encode(problem.body(request_id)), problem.status, all_headers, "application/problem+json")
