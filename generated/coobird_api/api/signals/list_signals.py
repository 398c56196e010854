# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from http import HTTPStatus
from typing import Any

from ... import errors
from ...client import AuthenticatedClient, Client, httpx
from ...models.problem import Problem
from ...models.signal_list_response import SignalListResponse
from ...models.signal_status import SignalStatus
from ...models.signal_type import SignalType
from ...models.sort_order import SortOrder
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    signal_type: SignalType | Unset = UNSET,
    status: SignalStatus | Unset = UNSET,
    search: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_signal_type: str | Unset = UNSET
    if not isinstance(signal_type, Unset):
        json_signal_type = signal_type

    params["signal_type"] = json_signal_type

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status

    params["status"] = json_status

    params["search"] = search

    params["page"] = page

    params["limit"] = limit

    params["sort"] = sort

    json_order: str | Unset = UNSET
    if not isinstance(order, Unset):
        json_order = order

    params["order"] = json_order

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "get", "url": "/signals", "params": params}

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | SignalListResponse | None:
    if response.status_code == 200:
        response_200 = SignalListResponse.from_dict(response.json())

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
) -> Response[Problem | SignalListResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    signal_type: SignalType | Unset = UNSET,
    status: SignalStatus | Unset = UNSET,
    search: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> Response[Problem | SignalListResponse]:
    """List signals, a page at a time.

     All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

    Args:
        signal_type (SignalType | Unset): Kind of the signal: it measures usage that the customer
            pays for (`billable`), or what serving the customer costs you (`cost`).
        status (SignalStatus | Unset): State of a signal. An `inactive` one measures no new
            events.
        search (str | Unset): Only signals whose name contains this text; case does not matter.
        page (int | Unset): Number of the page, counted from 1.
        limit (int | Unset): Number of entries on a page, 1 to 100; 25 if left out.
        sort (str | Unset): The field to sort by, for example `created_at` (used if left out) or
            `name`. Fields that cannot be sorted are refused: objects, lists and the current period of
            a contract.
        order (SortOrder | Unset): Direction of sorting: ascending (`asc`) or descending (`desc`).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SignalListResponse]
    """

    kwargs = _get_kwargs(
        signal_type=signal_type,
        status=status,
        search=search,
        page=page,
        limit=limit,
        sort=sort,
        order=order,
    )

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    signal_type: SignalType | Unset = UNSET,
    status: SignalStatus | Unset = UNSET,
    search: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> Problem | SignalListResponse | None:
    """List signals, a page at a time.

     All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

    Args:
        signal_type (SignalType | Unset): Kind of the signal: it measures usage that the customer
            pays for (`billable`), or what serving the customer costs you (`cost`).
        status (SignalStatus | Unset): State of a signal. An `inactive` one measures no new
            events.
        search (str | Unset): Only signals whose name contains this text; case does not matter.
        page (int | Unset): Number of the page, counted from 1.
        limit (int | Unset): Number of entries on a page, 1 to 100; 25 if left out.
        sort (str | Unset): The field to sort by, for example `created_at` (used if left out) or
            `name`. Fields that cannot be sorted are refused: objects, lists and the current period of
            a contract.
        order (SortOrder | Unset): Direction of sorting: ascending (`asc`) or descending (`desc`).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SignalListResponse
    """

    return sync_detailed(
        client=client,
        signal_type=signal_type,
        status=status,
        search=search,
        page=page,
        limit=limit,
        sort=sort,
        order=order,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    signal_type: SignalType | Unset = UNSET,
    status: SignalStatus | Unset = UNSET,
    search: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> Response[Problem | SignalListResponse]:
    """List signals, a page at a time.

     All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

    Args:
        signal_type (SignalType | Unset): Kind of the signal: it measures usage that the customer
            pays for (`billable`), or what serving the customer costs you (`cost`).
        status (SignalStatus | Unset): State of a signal. An `inactive` one measures no new
            events.
        search (str | Unset): Only signals whose name contains this text; case does not matter.
        page (int | Unset): Number of the page, counted from 1.
        limit (int | Unset): Number of entries on a page, 1 to 100; 25 if left out.
        sort (str | Unset): The field to sort by, for example `created_at` (used if left out) or
            `name`. Fields that cannot be sorted are refused: objects, lists and the current period of
            a contract.
        order (SortOrder | Unset): Direction of sorting: ascending (`asc`) or descending (`desc`).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SignalListResponse]
    """

    kwargs = _get_kwargs(
        signal_type=signal_type,
        status=status,
        search=search,
        page=page,
        limit=limit,
        sort=sort,
        order=order,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    signal_type: SignalType | Unset = UNSET,
    status: SignalStatus | Unset = UNSET,
    search: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> Problem | SignalListResponse | None:
    """List signals, a page at a time.

     All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

    Args:
        signal_type (SignalType | Unset): Kind of the signal: it measures usage that the customer
            pays for (`billable`), or what serving the customer costs you (`cost`).
        status (SignalStatus | Unset): State of a signal. An `inactive` one measures no new
            events.
        search (str | Unset): Only signals whose name contains this text; case does not matter.
        page (int | Unset): Number of the page, counted from 1.
        limit (int | Unset): Number of entries on a page, 1 to 100; 25 if left out.
        sort (str | Unset): The field to sort by, for example `created_at` (used if left out) or
            `name`. Fields that cannot be sorted are refused: objects, lists and the current period of
            a contract.
        order (SortOrder | Unset): Direction of sorting: ascending (`asc`) or descending (`desc`).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SignalListResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            signal_type=signal_type,
            status=status,
            search=search,
            page=page,
            limit=limit,
            sort=sort,
            order=order,
        )
    ).parsed
