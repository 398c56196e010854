# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from http import HTTPStatus
from typing import Any

from ... import errors
from ...client import AuthenticatedClient, Client, httpx
from ...models.agent_list_response import AgentListResponse
from ...models.agent_status import AgentStatus
from ...models.problem import Problem
from ...models.sort_order import SortOrder
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    status: AgentStatus | Unset = UNSET,
    search: str | Unset = UNSET,
    has_external_id: bool | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status

    params["status"] = json_status

    params["search"] = search

    params["has_external_id"] = has_external_id

    params["page"] = page

    params["limit"] = limit

    params["sort"] = sort

    json_order: str | Unset = UNSET
    if not isinstance(order, Unset):
        json_order = order

    params["order"] = json_order

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "get", "url": "/agents", "params": params}

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AgentListResponse | Problem | None:
    if response.status_code == 200:
        response_200 = AgentListResponse.from_dict(response.json())

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
) -> Response[AgentListResponse | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    status: AgentStatus | Unset = UNSET,
    search: str | Unset = UNSET,
    has_external_id: bool | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> Response[AgentListResponse | Problem]:
    """List agents, a page at a time.

     All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

    Args:
        status (AgentStatus | Unset): The state of the agent; `draft` if left out for a new one.
        search (str | Unset): Only agents whose name contains this text; case does not matter.
        has_external_id (bool | Unset): Only agents with (`true`) or without (`false`) an
            `external_id`.
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
        Response[AgentListResponse | Problem]
    """

    kwargs = _get_kwargs(
        status=status,
        search=search,
        has_external_id=has_external_id,
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
    status: AgentStatus | Unset = UNSET,
    search: str | Unset = UNSET,
    has_external_id: bool | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> AgentListResponse | Problem | None:
    """List agents, a page at a time.

     All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

    Args:
        status (AgentStatus | Unset): The state of the agent; `draft` if left out for a new one.
        search (str | Unset): Only agents whose name contains this text; case does not matter.
        has_external_id (bool | Unset): Only agents with (`true`) or without (`false`) an
            `external_id`.
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
        AgentListResponse | Problem
    """

    return sync_detailed(
        client=client,
        status=status,
        search=search,
        has_external_id=has_external_id,
        page=page,
        limit=limit,
        sort=sort,
        order=order,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    status: AgentStatus | Unset = UNSET,
    search: str | Unset = UNSET,
    has_external_id: bool | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> Response[AgentListResponse | Problem]:
    """List agents, a page at a time.

     All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

    Args:
        status (AgentStatus | Unset): The state of the agent; `draft` if left out for a new one.
        search (str | Unset): Only agents whose name contains this text; case does not matter.
        has_external_id (bool | Unset): Only agents with (`true`) or without (`false`) an
            `external_id`.
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
        Response[AgentListResponse | Problem]
    """

    kwargs = _get_kwargs(
        status=status,
        search=search,
        has_external_id=has_external_id,
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
    status: AgentStatus | Unset = UNSET,
    search: str | Unset = UNSET,
    has_external_id: bool | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> AgentListResponse | Problem | None:
    """List agents, a page at a time.

     All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

    Args:
        status (AgentStatus | Unset): The state of the agent; `draft` if left out for a new one.
        search (str | Unset): Only agents whose name contains this text; case does not matter.
        has_external_id (bool | Unset): Only agents with (`true`) or without (`false`) an
            `external_id`.
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
        AgentListResponse | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            status=status,
            search=search,
            has_external_id=has_external_id,
            page=page,
            limit=limit,
            sort=sort,
            order=order,
        )
    ).parsed
