# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from http import HTTPStatus
from typing import Any

from ... import errors
from ...client import AuthenticatedClient, Client, httpx
from ...models.create_signal_options import CreateSignalOptions
from ...models.problem import Problem
from ...models.signal_response import SignalResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *, body: CreateSignalOptions, idempotency_key: str | Unset = UNSET
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {"method": "post", "url": "/signals"}

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | SignalResponse | None:
    if response.status_code == 201:
        response_201 = SignalResponse.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 502:
        response_502 = Problem.from_dict(response.json())

        return response_502

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = Problem.from_dict(response.json())

        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | SignalResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateSignalOptions,
    idempotency_key: str | Unset = UNSET,
) -> Response[Problem | SignalResponse]:
    """Create a signal.

     Adds a metric that events can count towards and that plans can price. Aggregates by `count` if
    `aggregation_type` is left out. Refused with 409 if the `signal_code` is taken.

    Args:
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (CreateSignalOptions): A signal to create.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SignalResponse]
    """

    kwargs = _get_kwargs(body=body, idempotency_key=idempotency_key)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: CreateSignalOptions,
    idempotency_key: str | Unset = UNSET,
) -> Problem | SignalResponse | None:
    """Create a signal.

     Adds a metric that events can count towards and that plans can price. Aggregates by `count` if
    `aggregation_type` is left out. Refused with 409 if the `signal_code` is taken.

    Args:
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (CreateSignalOptions): A signal to create.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SignalResponse
    """

    return sync_detailed(client=client, body=body, idempotency_key=idempotency_key).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateSignalOptions,
    idempotency_key: str | Unset = UNSET,
) -> Response[Problem | SignalResponse]:
    """Create a signal.

     Adds a metric that events can count towards and that plans can price. Aggregates by `count` if
    `aggregation_type` is left out. Refused with 409 if the `signal_code` is taken.

    Args:
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (CreateSignalOptions): A signal to create.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SignalResponse]
    """

    kwargs = _get_kwargs(body=body, idempotency_key=idempotency_key)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: CreateSignalOptions,
    idempotency_key: str | Unset = UNSET,
) -> Problem | SignalResponse | None:
    """Create a signal.

     Adds a metric that events can count towards and that plans can price. Aggregates by `count` if
    `aggregation_type` is left out. Refused with 409 if the `signal_code` is taken.

    Args:
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (CreateSignalOptions): A signal to create.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SignalResponse
    """

    return (
        await asyncio_detailed(client=client, body=body, idempotency_key=idempotency_key)
    ).parsed
