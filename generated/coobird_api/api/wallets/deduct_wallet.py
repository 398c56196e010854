# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ... import errors
from ...client import AuthenticatedClient, Client, httpx
from ...models.deduct_wallet_options import DeductWalletOptions
from ...models.problem import Problem
from ...models.wallet_transaction_response import WalletTransactionResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    wallet_id: str, *, body: DeductWalletOptions, idempotency_key: str | Unset = UNSET
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/wallets/{wallet_id}/deduct".format(wallet_id=quote(str(wallet_id), safe="")),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | WalletTransactionResponse | None:
    if response.status_code == 200:
        response_200 = WalletTransactionResponse.from_dict(response.json())

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
) -> Response[Problem | WalletTransactionResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    wallet_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: DeductWalletOptions,
    idempotency_key: str | Unset = UNSET,
) -> Response[Problem | WalletTransactionResponse]:
    """Take credits out of a wallet.

     Takes out `amount` credits at once, or none: if the balance would go below 0 and the wallet does not
    allow that, the answer is 409 with `code` `insufficient_credits`, even if the wallet recharges
    itself.

    A wallet that recharges itself then gets `auto_recharge_amount` credits, once, if fewer than
    `auto_recharge_threshold` are left; that is a transaction of its own, of type `recharge`.

    An `idempotency_key` in the body holds for the wallet: the same key with the same body answers the
    first transaction again and changes nothing, the same key with another body is refused with 409
    (`code` `idempotency_key_reused`).

    Args:
        wallet_id (str): The wallet's id.
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (DeductWalletOptions): Credits to deduct from a wallet.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WalletTransactionResponse]
    """

    kwargs = _get_kwargs(wallet_id=wallet_id, body=body, idempotency_key=idempotency_key)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    wallet_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: DeductWalletOptions,
    idempotency_key: str | Unset = UNSET,
) -> Problem | WalletTransactionResponse | None:
    """Take credits out of a wallet.

     Takes out `amount` credits at once, or none: if the balance would go below 0 and the wallet does not
    allow that, the answer is 409 with `code` `insufficient_credits`, even if the wallet recharges
    itself.

    A wallet that recharges itself then gets `auto_recharge_amount` credits, once, if fewer than
    `auto_recharge_threshold` are left; that is a transaction of its own, of type `recharge`.

    An `idempotency_key` in the body holds for the wallet: the same key with the same body answers the
    first transaction again and changes nothing, the same key with another body is refused with 409
    (`code` `idempotency_key_reused`).

    Args:
        wallet_id (str): The wallet's id.
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (DeductWalletOptions): Credits to deduct from a wallet.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WalletTransactionResponse
    """

    return sync_detailed(
        wallet_id=wallet_id, client=client, body=body, idempotency_key=idempotency_key
    ).parsed


async def asyncio_detailed(
    wallet_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: DeductWalletOptions,
    idempotency_key: str | Unset = UNSET,
) -> Response[Problem | WalletTransactionResponse]:
    """Take credits out of a wallet.

     Takes out `amount` credits at once, or none: if the balance would go below 0 and the wallet does not
    allow that, the answer is 409 with `code` `insufficient_credits`, even if the wallet recharges
    itself.

    A wallet that recharges itself then gets `auto_recharge_amount` credits, once, if fewer than
    `auto_recharge_threshold` are left; that is a transaction of its own, of type `recharge`.

    An `idempotency_key` in the body holds for the wallet: the same key with the same body answers the
    first transaction again and changes nothing, the same key with another body is refused with 409
    (`code` `idempotency_key_reused`).

    Args:
        wallet_id (str): The wallet's id.
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (DeductWalletOptions): Credits to deduct from a wallet.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WalletTransactionResponse]
    """

    kwargs = _get_kwargs(wallet_id=wallet_id, body=body, idempotency_key=idempotency_key)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    wallet_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: DeductWalletOptions,
    idempotency_key: str | Unset = UNSET,
) -> Problem | WalletTransactionResponse | None:
    """Take credits out of a wallet.

     Takes out `amount` credits at once, or none: if the balance would go below 0 and the wallet does not
    allow that, the answer is 409 with `code` `insufficient_credits`, even if the wallet recharges
    itself.

    A wallet that recharges itself then gets `auto_recharge_amount` credits, once, if fewer than
    `auto_recharge_threshold` are left; that is a transaction of its own, of type `recharge`.

    An `idempotency_key` in the body holds for the wallet: the same key with the same body answers the
    first transaction again and changes nothing, the same key with another body is refused with 409
    (`code` `idempotency_key_reused`).

    Args:
        wallet_id (str): The wallet's id.
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (DeductWalletOptions): Credits to deduct from a wallet.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WalletTransactionResponse
    """

    return (
        await asyncio_detailed(
            wallet_id=wallet_id, client=client, body=body, idempotency_key=idempotency_key
        )
    ).parsed
