"""Classes of errors by the status that a server refuses with."""

from coobird import errors
from coobird.errors import APIStatusError, InternalServerError

STATUSES = [
    (300, APIStatusError),
    (400, errors.BadRequestError),
    (401, errors.AuthenticationError),
    (402, APIStatusError),
    (403, errors.PermissionDeniedError),
    (404, errors.NotFoundError),
    (409, errors.ConflictError),
    (413, APIStatusError),
    (418, APIStatusError),
    (422, errors.UnprocessableEntityError),
    (429, errors.RateLimitError),
    (499, APIStatusError),
    (500, InternalServerError),
    (503, InternalServerError),
    (599, InternalServerError),
]
