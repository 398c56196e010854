# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ... import errors
from ...client import AuthenticatedClient, Client, httpx
from ...models.action_type import ActionType
from ...models.agent_action_list_response import AgentActionListResponse
from ...models.problem import Problem
from ...models.sort_order import SortOrder
from ...types import UNSET, Response, Unset


def _get_kwargs(
    agent_id: str,
    *,
    action_type: ActionType | Unset = UNSET,
    search: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_action_type: str | Unset = UNSET
    if not isinstance(action_type, Unset):
        json_action_type = action_type

    params["action_type"] = json_action_type

    params["search"] = search

    params["page"] = page

    params["limit"] = limit

    params["sort"] = sort

    json_order: str | Unset = UNSET
    if not isinstance(order, Unset):
        json_order = order

    params["order"] = json_order

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/agents/{agent_id}/actions".format(agent_id=quote(str(agent_id), safe="")),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AgentActionListResponse | Problem | None:
    if response.status_code == 200:
        response_200 = AgentActionListResponse.from_dict(response.json())

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
) -> Response[AgentActionListResponse | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    agent_id: str,
    *,
    client: AuthenticatedClient | Client,
    action_type: ActionType | Unset = UNSET,
    search: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> Response[AgentActionListResponse | Problem]:
    """List the actions of an agent, a page at a time.

     All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

    Args:
        agent_id (str): The agent's id, or its `external_id`.
        action_type (ActionType | Unset): Kind of the action: a single `task`, a whole `workflow`,
            or an `outcome` that was reached.
        search (str | Unset): Only actions whose name contains this text; case does not matter.
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
        Response[AgentActionListResponse | Problem]
    """

    kwargs = _get_kwargs(
        agent_id=agent_id,
        action_type=action_type,
        search=search,
        page=page,
        limit=limit,
        sort=sort,
        order=order,
    )

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    agent_id: str,
    *,
    client: AuthenticatedClient | Client,
    action_type: ActionType | Unset = UNSET,
    search: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> AgentActionListResponse | Problem | None:
    """List the actions of an agent, a page at a time.

     All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

    Args:
        agent_id (str): The agent's id, or its `external_id`.
        action_type (ActionType | Unset): Kind of the action: a single `task`, a whole `workflow`,
            or an `outcome` that was reached.
        search (str | Unset): Only actions whose name contains this text; case does not matter.
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
        AgentActionListResponse | Problem
    """

    return sync_detailed(
        agent_id=agent_id,
        client=client,
        action_type=action_type,
        search=search,
        page=page,
        limit=limit,
        sort=sort,
        order=order,
    ).parsed


async def asyncio_detailed(
    agent_id: str,
    *,
    client: AuthenticatedClient | Client,
    action_type: ActionType | Unset = UNSET,
    search: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> Response[AgentActionListResponse | Problem]:
    """List the actions of an agent, a page at a time.

     All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

    Args:
        agent_id (str): The agent's id, or its `external_id`.
        action_type (ActionType | Unset): Kind of the action: a single `task`, a whole `workflow`,
            or an `outcome` that was reached.
        search (str | Unset): Only actions whose name contains this text; case does not matter.
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
        Response[AgentActionListResponse | Problem]
    """

    kwargs = _get_kwargs(
        agent_id=agent_id,
        action_type=action_type,
        search=search,
        page=page,
        limit=limit,
        sort=sort,
        order=order,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    agent_id: str,
    *,
    client: AuthenticatedClient | Client,
    action_type: ActionType | Unset = UNSET,
    search: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort: str | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> AgentActionListResponse | Problem | None:
    """List the actions of an agent, a page at a time.

     All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

    Args:
        agent_id (str): The agent's id, or its `external_id`.
        action_type (ActionType | Unset): Kind of the action: a single `task`, a whole `workflow`,
            or an `outcome` that was reached.
        search (str | Unset): Only actions whose name contains this text; case does not matter.
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
        AgentActionListResponse | Problem
    """

    return (
        await asyncio_detailed(
            agent_id=agent_id,
            client=client,
            action_type=action_type,
            search=search,
            page=page,
            limit=limit,
            sort=sort,
            order=order,
        )
    ).parsed
