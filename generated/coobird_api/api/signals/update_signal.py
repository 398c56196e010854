# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ... import errors
from ...client import AuthenticatedClient, Client, httpx
from ...models.problem import Problem
from ...models.signal_response import SignalResponse
from ...models.update_signal_options import UpdateSignalOptions
from ...types import Response


def _get_kwargs(signal_id: str, *, body: UpdateSignalOptions) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/signals/{signal_id}".format(signal_id=quote(str(signal_id), safe="")),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | SignalResponse | None:
    if response.status_code == 200:
        response_200 = SignalResponse.from_dict(response.json())

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
) -> Response[Problem | SignalResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    signal_id: str, *, client: AuthenticatedClient | Client, body: UpdateSignalOptions
) -> Response[Problem | SignalResponse]:
    """Change a signal.

     Changes the fields that are given; events that were recorded before are measured by the new settings
    from the next calculation on. `metadata` replaces the stored object as a whole. Refused with 409 if
    the new `signal_code` is taken, or if the type of a signal that is in use would change.

    Args:
        signal_id (str): The signal's id as Coobird issued it (not its `signal_code`).
        body (UpdateSignalOptions): Changes of a signal.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SignalResponse]
    """

    kwargs = _get_kwargs(signal_id=signal_id, body=body)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    signal_id: str, *, client: AuthenticatedClient | Client, body: UpdateSignalOptions
) -> Problem | SignalResponse | None:
    """Change a signal.

     Changes the fields that are given; events that were recorded before are measured by the new settings
    from the next calculation on. `metadata` replaces the stored object as a whole. Refused with 409 if
    the new `signal_code` is taken, or if the type of a signal that is in use would change.

    Args:
        signal_id (str): The signal's id as Coobird issued it (not its `signal_code`).
        body (UpdateSignalOptions): Changes of a signal.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SignalResponse
    """

    return sync_detailed(signal_id=signal_id, client=client, body=body).parsed


async def asyncio_detailed(
    signal_id: str, *, client: AuthenticatedClient | Client, body: UpdateSignalOptions
) -> Response[Problem | SignalResponse]:
    """Change a signal.

     Changes the fields that are given; events that were recorded before are measured by the new settings
    from the next calculation on. `metadata` replaces the stored object as a whole. Refused with 409 if
    the new `signal_code` is taken, or if the type of a signal that is in use would change.

    Args:
        signal_id (str): The signal's id as Coobird issued it (not its `signal_code`).
        body (UpdateSignalOptions): Changes of a signal.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SignalResponse]
    """

    kwargs = _get_kwargs(signal_id=signal_id, body=body)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    signal_id: str, *, client: AuthenticatedClient | Client, body: UpdateSignalOptions
) -> Problem | SignalResponse | None:
    """Change a signal.

     Changes the fields that are given; events that were recorded before are measured by the new settings
    from the next calculation on. `metadata` replaces the stored object as a whole. Refused with 409 if
    the new `signal_code` is taken, or if the type of a signal that is in use would change.

    Args:
        signal_id (str): The signal's id as Coobird issued it (not its `signal_code`).
        body (UpdateSignalOptions): Changes of a signal.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SignalResponse
    """

    return (await asyncio_detailed(signal_id=signal_id, client=client, body=body)).parsed
