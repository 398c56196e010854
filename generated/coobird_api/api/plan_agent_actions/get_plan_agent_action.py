# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ... import errors
from ...client import AuthenticatedClient, Client, httpx
from ...models.plan_agent_action_response import PlanAgentActionResponse
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(plan_id: str, action_id: str) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/plans/{plan_id}/agent-actions/{action_id}".format(
            plan_id=quote(str(plan_id), safe=""), action_id=quote(str(action_id), safe="")
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PlanAgentActionResponse | Problem | None:
    if response.status_code == 200:
        response_200 = PlanAgentActionResponse.from_dict(response.json())

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
) -> Response[PlanAgentActionResponse | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    plan_id: str, action_id: str, *, client: AuthenticatedClient | Client
) -> Response[PlanAgentActionResponse | Problem]:
    """Get the price of one agent action under a plan.

     Returns the price with this id, with its tiers.

    Args:
        plan_id (str): The plan's id as Coobird issued it (not its `code`).
        action_id (str): The id of the price within the plan (not of the agent action).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlanAgentActionResponse | Problem]
    """

    kwargs = _get_kwargs(plan_id=plan_id, action_id=action_id)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    plan_id: str, action_id: str, *, client: AuthenticatedClient | Client
) -> PlanAgentActionResponse | Problem | None:
    """Get the price of one agent action under a plan.

     Returns the price with this id, with its tiers.

    Args:
        plan_id (str): The plan's id as Coobird issued it (not its `code`).
        action_id (str): The id of the price within the plan (not of the agent action).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlanAgentActionResponse | Problem
    """

    return sync_detailed(plan_id=plan_id, action_id=action_id, client=client).parsed


async def asyncio_detailed(
    plan_id: str, action_id: str, *, client: AuthenticatedClient | Client
) -> Response[PlanAgentActionResponse | Problem]:
    """Get the price of one agent action under a plan.

     Returns the price with this id, with its tiers.

    Args:
        plan_id (str): The plan's id as Coobird issued it (not its `code`).
        action_id (str): The id of the price within the plan (not of the agent action).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlanAgentActionResponse | Problem]
    """

    kwargs = _get_kwargs(plan_id=plan_id, action_id=action_id)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    plan_id: str, action_id: str, *, client: AuthenticatedClient | Client
) -> PlanAgentActionResponse | Problem | None:
    """Get the price of one agent action under a plan.

     Returns the price with this id, with its tiers.

    Args:
        plan_id (str): The plan's id as Coobird issued it (not its `code`).
        action_id (str): The id of the price within the plan (not of the agent action).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlanAgentActionResponse | Problem
    """

    return (await asyncio_detailed(plan_id=plan_id, action_id=action_id, client=client)).parsed
