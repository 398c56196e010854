"""Error answers of a request in the form of RFC 9457. Rules raise a `Problem`, `web` turns it into
an answer."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, NamedTuple

CODES = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "content_too_large",
    422: "invalid_field",
    429: "rate_limited",
    500: "internal_error",
    502: "bad_gateway",
    503: "unavailable",
    504: "gateway_timeout",
}


class FieldError(NamedTuple):
    """One field or query value that is refused.

    `field` is a dotted path, as `events.3.quantity`.
    """

    field: str
    message: str


class Problem(Exception):  # noqa: N818 (the name that the standard gives it)
    """Ends a request with an error answer. `headers` are added to it, for example `Retry-After`."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str | None = None,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code: str = code or CODES.get(status, "error")
        self.errors: list[FieldError] = list(errors)
        self.headers: dict[str, str] = dict(headers or {})

    def body(self, request_id: str) -> dict[str, Any]:
        """Body of the error answer."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": title_of(self.status),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id,
        }
        if self.errors:
            body["errors"] = [error._asdict() for error in self.errors]
        return body


def title_of(status: int) -> str:
    """The standard phrase of a status, or `Error`, since a fault can have any status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


@contextmanager
def within(place: str) -> Generator[None]:
    """Put `place` in front of the fields of a problem that is raised inside.

    Within `agent`, the field `name` becomes `agent.name`.
    """
    try:
        yield
    except Problem as problem:
        for number, error in enumerate(problem.errors):
            problem.errors[number] = error._replace(field=f"{place}.{error.field}")
        raise


def invalid(errors: Iterable[FieldError]) -> Problem:
    """422 with the first five fields in its detail, so that a log line alone says enough."""
    errors = list(errors)
    detail = "; ".join(f"{error.field or 'body'}: {error.message}" for error in errors[:5])
    return Problem(422, detail, errors=errors)


def invalid_field(field: str, message: str) -> Problem:
    """422 for a single field."""
    return invalid([FieldError(field, message)])


def not_found(kind: str, identifier: str, field: str | None = None) -> Problem:
    """404 for an id that this tenant does not have. `field` is the place of the id in the body."""
    external = " (by its id or its external_id)" if kind in ("customer", "agent") else ""
    detail = f"There is no {kind.replace('_', ' ')} {identifier!r}{external}."
    return Problem(404, detail, errors=[FieldError(field, detail)] if field else ())


def conflict(detail: str, *, code: str | None = None, field: str | None = None) -> Problem:
    """409: the request is valid, but it conflicts with the stored state."""
    return Problem(409, detail, code=code, errors=[FieldError(field, detail)] if field else ())
