"""Runs of requests, which other requests have no part in."""

from __future__ import annotations

from coobird.client.runs.run import RunScope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Any

    from coobird.client.runs.run import Run


class RequestScope(RunScope):
    """A run as that of one request. See `RunScope.of_request`."""

    __slots__ = ("_request",)

    def __init__(self, scope: RunScope, request: MutableMapping[str, Any]) -> None:
        self._current = scope._current
        self._given = scope._given
        # Parts of an application, such as those that are mounted, get copies of the request's scope.
        self._request: object = request.setdefault("coobird.request", object())

    def __enter__(self) -> Run:
        frame = self._current.get()
        while frame is not None:
            if isinstance(frame.scope, RequestScope) and frame.scope._request is not self._request:
                self._current.set(frame.outer)
            frame = frame.outer
        return super().__enter__()
