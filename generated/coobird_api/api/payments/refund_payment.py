# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ... import errors
from ...client import AuthenticatedClient, Client, httpx
from ...models.problem import Problem
from ...models.refund_payment_options import RefundPaymentOptions
from ...models.refund_response import RefundResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    payment_id: str,
    *,
    body: RefundPaymentOptions | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/payments/{payment_id}/refund".format(payment_id=quote(str(payment_id), safe="")),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | RefundResponse | None:
    if response.status_code == 200:
        response_200 = RefundResponse.from_dict(response.json())

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
) -> Response[Problem | RefundResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    payment_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: RefundPaymentOptions | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[Problem | RefundResponse]:
    """Refund a payment, in part or as a whole.

     Refunds `amount` cents, or all that is left if `amount` or the whole body is left out. Several
    partial refunds may follow each other, up to the amount that was paid: an `amount` above what is
    left is refused with 422. A payment that is not `completed` or `partially_refunded` is refused with
    409.

    Args:
        payment_id (str): The payment's id as Coobird issued it (not your
            `external_transaction_id`).
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (RefundPaymentOptions | Unset): Amount and reason of a refund.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RefundResponse]
    """

    kwargs = _get_kwargs(payment_id=payment_id, body=body, idempotency_key=idempotency_key)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    payment_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: RefundPaymentOptions | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Problem | RefundResponse | None:
    """Refund a payment, in part or as a whole.

     Refunds `amount` cents, or all that is left if `amount` or the whole body is left out. Several
    partial refunds may follow each other, up to the amount that was paid: an `amount` above what is
    left is refused with 422. A payment that is not `completed` or `partially_refunded` is refused with
    409.

    Args:
        payment_id (str): The payment's id as Coobird issued it (not your
            `external_transaction_id`).
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (RefundPaymentOptions | Unset): Amount and reason of a refund.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RefundResponse
    """

    return sync_detailed(
        payment_id=payment_id, client=client, body=body, idempotency_key=idempotency_key
    ).parsed


async def asyncio_detailed(
    payment_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: RefundPaymentOptions | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[Problem | RefundResponse]:
    """Refund a payment, in part or as a whole.

     Refunds `amount` cents, or all that is left if `amount` or the whole body is left out. Several
    partial refunds may follow each other, up to the amount that was paid: an `amount` above what is
    left is refused with 422. A payment that is not `completed` or `partially_refunded` is refused with
    409.

    Args:
        payment_id (str): The payment's id as Coobird issued it (not your
            `external_transaction_id`).
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (RefundPaymentOptions | Unset): Amount and reason of a refund.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RefundResponse]
    """

    kwargs = _get_kwargs(payment_id=payment_id, body=body, idempotency_key=idempotency_key)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    payment_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: RefundPaymentOptions | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Problem | RefundResponse | None:
    """Refund a payment, in part or as a whole.

     Refunds `amount` cents, or all that is left if `amount` or the whole body is left out. Several
    partial refunds may follow each other, up to the amount that was paid: an `amount` above what is
    left is refused with 422. A payment that is not `completed` or `partially_refunded` is refused with
    409.

    Args:
        payment_id (str): The payment's id as Coobird issued it (not your
            `external_transaction_id`).
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (RefundPaymentOptions | Unset): Amount and reason of a refund.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RefundResponse
    """

    return (
        await asyncio_detailed(
            payment_id=payment_id, client=client, body=body, idempotency_key=idempotency_key
        )
    ).parsed
