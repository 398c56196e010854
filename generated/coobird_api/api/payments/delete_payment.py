# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

from ... import errors
from ...client import AuthenticatedClient, Client, httpx
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(payment_id: str) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/payments/{payment_id}".format(payment_id=quote(str(payment_id), safe="")),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | Problem | None:
    if response.status_code == 204:
        response_204 = cast(Any, None)
        return response_204

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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
) -> Response[Any | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    payment_id: str, *, client: AuthenticatedClient | Client
) -> Response[Any | Problem]:
    """Delete a payment.

     Removes the record in any state, and the records of its refunds. No money moves: refund the payment
    to give money back.

    Args:
        payment_id (str): The payment's id as Coobird issued it (not your
            `external_transaction_id`).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem]
    """

    kwargs = _get_kwargs(payment_id=payment_id)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(payment_id: str, *, client: AuthenticatedClient | Client) -> Any | Problem | None:
    """Delete a payment.

     Removes the record in any state, and the records of its refunds. No money moves: refund the payment
    to give money back.

    Args:
        payment_id (str): The payment's id as Coobird issued it (not your
            `external_transaction_id`).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem
    """

    return sync_detailed(payment_id=payment_id, client=client).parsed


async def asyncio_detailed(
    payment_id: str, *, client: AuthenticatedClient | Client
) -> Response[Any | Problem]:
    """Delete a payment.

     Removes the record in any state, and the records of its refunds. No money moves: refund the payment
    to give money back.

    Args:
        payment_id (str): The payment's id as Coobird issued it (not your
            `external_transaction_id`).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem]
    """

    kwargs = _get_kwargs(payment_id=payment_id)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(payment_id: str, *, client: AuthenticatedClient | Client) -> Any | Problem | None:
    """Delete a payment.

     Removes the record in any state, and the records of its refunds. No money moves: refund the payment
    to give money back.

    Args:
        payment_id (str): The payment's id as Coobird issued it (not your
            `external_transaction_id`).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem
    """

    return (await asyncio_detailed(payment_id=payment_id, client=client)).parsed
