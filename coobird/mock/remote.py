"""Client of the control routes of a local server, in this process or in another one."""

from __future__ import annotations

import http.client
import json
from typing import Any


def control(
    url: str,
    method: str,
    path: str,
    body: Any = None,
    *,
    api_key: str | None = None,
    idempotency_key: str | None = None,
    timeout: float = 60.0,
) -> Any:
    """Call `/_mock{path}` of the server at this URL, and return its JSON (None without a body).

    Raises:
        ValueError: The server refused the request, for the reason in the message.
        OSError: The server cannot be reached.
    """
    host, _, port = url.removeprefix("http://").rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=timeout)
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    if idempotency_key is not None:
        headers["Idempotency-Key"] = idempotency_key
    try:
        connection.request(method, f"/_mock{path}", None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        content = response.read()
    finally:
        connection.close()
    answer: Any = json.loads(content) if content else None
    if response.status >= 400:
        raise ValueError(answer["detail"])
    return answer
