# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ... import errors
from ...client import AuthenticatedClient, Client, httpx
from ...models.agent_action_response import AgentActionResponse
from ...models.create_agent_action_options import CreateAgentActionOptions
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    agent_id: str, *, body: CreateAgentActionOptions, idempotency_key: str | Unset = UNSET
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/agents/{agent_id}/actions".format(agent_id=quote(str(agent_id), safe="")),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AgentActionResponse | Problem | None:
    if response.status_code == 201:
        response_201 = AgentActionResponse.from_dict(response.json())

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
    *,
    client: AuthenticatedClient | Client,
    body: CreateAgentActionOptions,
    idempotency_key: str | Unset = UNSET,
) -> Response[AgentActionResponse | Problem]:
    """Add an action to an agent.

     Creates the billable signal of the action along with it. Refused with 409 if the signal code is
    taken, and with 404 if a cost signal does not exist.

    Args:
        agent_id (str): The agent's id, or its `external_id`.
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (CreateAgentActionOptions): An action of an agent to create.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AgentActionResponse | Problem]
    """

    kwargs = _get_kwargs(agent_id=agent_id, body=body, idempotency_key=idempotency_key)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    agent_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CreateAgentActionOptions,
    idempotency_key: str | Unset = UNSET,
) -> AgentActionResponse | Problem | None:
    """Add an action to an agent.

     Creates the billable signal of the action along with it. Refused with 409 if the signal code is
    taken, and with 404 if a cost signal does not exist.

    Args:
        agent_id (str): The agent's id, or its `external_id`.
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (CreateAgentActionOptions): An action of an agent to create.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AgentActionResponse | Problem
    """

    return sync_detailed(
        agent_id=agent_id, client=client, body=body, idempotency_key=idempotency_key
    ).parsed


async def asyncio_detailed(
    agent_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CreateAgentActionOptions,
    idempotency_key: str | Unset = UNSET,
) -> Response[AgentActionResponse | Problem]:
    """Add an action to an agent.

     Creates the billable signal of the action along with it. Refused with 409 if the signal code is
    taken, and with 404 if a cost signal does not exist.

    Args:
        agent_id (str): The agent's id, or its `external_id`.
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (CreateAgentActionOptions): An action of an agent to create.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AgentActionResponse | Problem]
    """

    kwargs = _get_kwargs(agent_id=agent_id, body=body, idempotency_key=idempotency_key)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    agent_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CreateAgentActionOptions,
    idempotency_key: str | Unset = UNSET,
) -> AgentActionResponse | Problem | None:
    """Add an action to an agent.

     Creates the billable signal of the action along with it. Refused with 409 if the signal code is
    taken, and with 404 if a cost signal does not exist.

    Args:
        agent_id (str): The agent's id, or its `external_id`.
        idempotency_key (str | Unset): Key that makes a repeated call safe. The same key with the
            same body returns the answer of the first call. The same key with another body is refused
            with 409.
        body (CreateAgentActionOptions): An action of an agent to create.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AgentActionResponse | Problem
    """

    return (
        await asyncio_detailed(
            agent_id=agent_id, client=client, body=body, idempotency_key=idempotency_key
        )
    ).parsed
