# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ... import errors
from ...client import AuthenticatedClient, Client, httpx
from ...models.agent_action_response import AgentActionResponse
from ...models.problem import Problem
from ...models.update_agent_action_options import UpdateAgentActionOptions
from ...types import Response


def _get_kwargs(agent_id: str, action_id: str, *, body: UpdateAgentActionOptions) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/agents/{agent_id}/actions/{action_id}".format(
            agent_id=quote(str(agent_id), safe=""), action_id=quote(str(action_id), safe="")
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AgentActionResponse | Problem | None:
    if response.status_code == 200:
        response_200 = AgentActionResponse.from_dict(response.json())

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
) -> Response[AgentActionResponse | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    agent_id: str,
    action_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: UpdateAgentActionOptions,
) -> Response[AgentActionResponse | Problem]:
    """Change an action of an agent.

     Changes the fields that are given, also inside `billable_signal` and `value`. `cost_signal_ids` is
    applied first, then `add_cost_signal_ids`, then `remove_cost_signal_ids`.

    Args:
        agent_id (str): The agent's id, or its `external_id`.
        action_id (str): The action's id.
        body (UpdateAgentActionOptions): Changes of an action.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AgentActionResponse | Problem]
    """

    kwargs = _get_kwargs(agent_id=agent_id, action_id=action_id, body=body)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    agent_id: str,
    action_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: UpdateAgentActionOptions,
) -> AgentActionResponse | Problem | None:
    """Change an action of an agent.

     Changes the fields that are given, also inside `billable_signal` and `value`. `cost_signal_ids` is
    applied first, then `add_cost_signal_ids`, then `remove_cost_signal_ids`.

    Args:
        agent_id (str): The agent's id, or its `external_id`.
        action_id (str): The action's id.
        body (UpdateAgentActionOptions): Changes of an action.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AgentActionResponse | Problem
    """

    return sync_detailed(agent_id=agent_id, action_id=action_id, client=client, body=body).parsed


async def asyncio_detailed(
    agent_id: str,
    action_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: UpdateAgentActionOptions,
) -> Response[AgentActionResponse | Problem]:
    """Change an action of an agent.

     Changes the fields that are given, also inside `billable_signal` and `value`. `cost_signal_ids` is
    applied first, then `add_cost_signal_ids`, then `remove_cost_signal_ids`.

    Args:
        agent_id (str): The agent's id, or its `external_id`.
        action_id (str): The action's id.
        body (UpdateAgentActionOptions): Changes of an action.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AgentActionResponse | Problem]
    """

    kwargs = _get_kwargs(agent_id=agent_id, action_id=action_id, body=body)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    agent_id: str,
    action_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: UpdateAgentActionOptions,
) -> AgentActionResponse | Problem | None:
    """Change an action of an agent.

     Changes the fields that are given, also inside `billable_signal` and `value`. `cost_signal_ids` is
    applied first, then `add_cost_signal_ids`, then `remove_cost_signal_ids`.

    Args:
        agent_id (str): The agent's id, or its `external_id`.
        action_id (str): The action's id.
        body (UpdateAgentActionOptions): Changes of an action.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AgentActionResponse | Problem
    """

    return (
        await asyncio_detailed(agent_id=agent_id, action_id=action_id, client=client, body=body)
    ).parsed
