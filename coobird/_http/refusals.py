"""Errors for refused requests (pure): class by status and code, message from the answer."""

from __future__ import annotations

from coobird._http.retry import parse_retry_after
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
    is_object,
    quote,
    read_body,
    text_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeGuard

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
    status_code: int,
    headers: Mapping[str, str],
    content: bytes,
    *,
    method: str,
    path: str,
    now: float,
    hint: str | None = None,
) -> APIStatusError:
    """Return (not raise) the error for an answer whose status is not 2xx.

    `now` is Unix time in seconds; a `Retry-After` that is a date is measured from it. `hint` is
    advice that fits better than that of the status.
    """
    headers = {name.lower(): value for name, value in headers.items()}
    body = read_body(content)
    kind = _BY_CODE.get((status_code, text_of(body, "code"))) or _BY_STATUS.get(status_code)
    if kind is None:
        kind = InternalServerError if status_code >= 500 else APIStatusError
    reason = _reason_in(body)
    if 300 <= status_code < 400 and "location" in headers:
        target = _host_of(headers["location"])
        reason, hint = f"a redirect to {target}, which is not followed", "Set `host` to the server itself."
    elif status_code == 407:
        hint = "A proxy asks for a login: put user and password into the URL of the proxy."
    elif status_code == 413:
        hint = "Send less, in attributes for example, or raise the limit of the proxy or server that refused it."
    message = f"The server answered {status_code}" + (f": {reason}" if reason else "")
    error = kind(
        message, method=method, path=path, status_code=status_code, headers=headers, content=content, hint=hint
    )
    error.retry_after = parse_retry_after(headers.get("retry-after"), now)
    return error


def _reason_in(body: object) -> str:
    """Return the server's explanation.

    Empty for a page of HTML, which says less than its status.
    """
    if not is_object(body):
        text = body if isinstance(body, str) and not body.lstrip().startswith("<") else ""
        return quote(text).rstrip(".")
    errors = body.get("errors")
    detail = text_of(body, "detail") or text_of(body, "title") or ""
    parts = [detail]
    for entry in errors if _is_array(errors) else ():
        field, message = text_of(entry, "field") or "", text_of(entry, "message") or ""
        # Many servers list the fields in `detail`. A second list would hide what to do.
        if message.rstrip(". ") not in detail or field not in detail:
            parts.append(f"{field}: {message}" if field and message else field or message)
    code = text_of(body, "code")
    return quote("; ".join(part.rstrip(". ") for part in parts if part)) + (f" [{quote(code)}]" if code else "")


def _host_of(location: str) -> str:
    """Return only the host of a `Location`: the URL of a redirect may contain secrets."""
    from urllib.parse import urlsplit

    try:
        return quote(urlsplit(location).hostname or "the same host")
    except ValueError:
        return "an address that is not a URL"


def _is_array(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
