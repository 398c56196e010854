"""The error that a refused request stands for (pure but for the clock that a dated `Retry-After` is read by)."""

from __future__ import annotations

from coobird._http.problem import host_of, read_body, reason_of, text_of
from coobird.errors import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    InsufficientCreditsError,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}
# Source: openapi/coobird.yaml deduct_wallet.
_BY_CODE: dict[tuple[int, str | None], type[APIStatusError]] = {(409, "insufficient_credits"): InsufficientCreditsError}


def error_from_response(
    status_code: int, headers: Mapping[str, str], content: bytes, *, method: str, path: str
) -> APIStatusError:
    """Return (not raise) the error that an answer stands for whose status is not 2xx."""
    headers = {name.lower(): value for name, value in headers.items()}
    body = read_body(content)
    kind = _BY_CODE.get((status_code, text_of(body, "code"))) or _BY_STATUS.get(status_code)
    if kind is None:
        kind = InternalServerError if status_code >= 500 else APIStatusError
    reason, hint = reason_of(body), None
    if 300 <= status_code < 400 and "location" in headers:
        target = host_of(headers["location"])
        reason, hint = f"a redirect to {target}, which is not followed", "Set `host` to the server itself."
    message = f"The server answered {status_code}" + (f": {reason}" if reason else "")
    error = kind(
        message, method=method, path=path, status_code=status_code, headers=headers, content=content, hint=hint
    )
    if "retry-after" in headers:
        import time

        from coobird._http.retry import parse_retry_after

        error.retry_after = parse_retry_after(headers["retry-after"], time.time())
    return error
