# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ... import errors
from ...client import AuthenticatedClient, Client, httpx
from ...models.problem import Problem
from ...models.wallet_response import WalletResponse
from ...types import Response


def _get_kwargs(wallet_id: str) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/wallets/{wallet_id}".format(wallet_id=quote(str(wallet_id), safe="")),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | WalletResponse | None:
    if response.status_code == 200:
        response_200 = WalletResponse.from_dict(response.json())

        return response_200

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
) -> Response[Problem | WalletResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    wallet_id: str, *, client: AuthenticatedClient | Client
) -> Response[Problem | WalletResponse]:
    """Get one wallet.

     Returns the wallet with this id, its settings and its balance.

    Args:
        wallet_id (str): The wallet's id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WalletResponse]
    """

    kwargs = _get_kwargs(wallet_id=wallet_id)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    wallet_id: str, *, client: AuthenticatedClient | Client
) -> Problem | WalletResponse | None:
    """Get one wallet.

     Returns the wallet with this id, its settings and its balance.

    Args:
        wallet_id (str): The wallet's id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WalletResponse
    """

    return sync_detailed(wallet_id=wallet_id, client=client).parsed


async def asyncio_detailed(
    wallet_id: str, *, client: AuthenticatedClient | Client
) -> Response[Problem | WalletResponse]:
    """Get one wallet.

     Returns the wallet with this id, its settings and its balance.

    Args:
        wallet_id (str): The wallet's id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WalletResponse]
    """

    kwargs = _get_kwargs(wallet_id=wallet_id)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    wallet_id: str, *, client: AuthenticatedClient | Client
) -> Problem | WalletResponse | None:
    """Get one wallet.

     Returns the wallet with this id, its settings and its balance.

    Args:
        wallet_id (str): The wallet's id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WalletResponse
    """

    return (await asyncio_detailed(wallet_id=wallet_id, client=client)).parsed
