"""A plain HTTP client of the local server, and the bodies and refusals that tests compare."""

from typing import Any
from uuid import uuid4

import httpx


class Api(httpx.Client):
    """HTTP client with its own key."""

    def __init__(self, url: str, key: str | None = None) -> None:
        self.key = key or f"sk_test_{uuid4().hex}"
        super().__init__(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {self.key}"}, timeout=30)

    def made(self, path: str, status: int = 201, /, **body: Any) -> dict[str, Any]:
        """Answer to a POST, which must have this status."""
        response = self.post(path, json=body)
        assert response.status_code == status, response.text
        return response.json()

    def got(self, path: str, /, **query: Any) -> Any:
        response = self.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def changed(self, path: str, /, **body: Any) -> dict[str, Any]:
        response = self.patch(path, json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def customer(self, **fields: Any) -> dict[str, Any]:
        return self.made("/customers", **{"name": "Acme", "type": "company", **fields})

    def sent(self, *events: dict[str, Any]) -> dict[str, Any]:
        return self.made("/events/batch", 200, events=list(events))


def refused(
    response: httpx.Response, status: int, *, field: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """Problem of an answer, after a check of the parts that every problem has."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["request_id"] == response.headers["x-request-id"]
    if field is not None:
        assert field in [error["field"] for error in problem["errors"]], problem
    if code is not None:
        assert problem["code"] == code
    return problem


def event(event_id: str, **fields: Any) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "customer_id": "cust_1",
        "agent_id": "agent_1",
        "action_type": "task",
        "timestamp": "2026-04-01T08:00:00.000Z",
        **fields,
    }
