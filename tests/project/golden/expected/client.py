# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""A low-level client for the functions of the endpoint modules. `coobird.Coomon` is the one with
retries and an error for each status."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import httpx
from attrs import define

T = TypeVar("T")


@define
class Response(Generic[T]):
    """What the `*_detailed` functions answer."""

    status_code: HTTPStatus
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T | None


class Client:
    """Holds an httpx client for sync and one for async calls, each opened when it is first used.

    `with` closes the first, `async with` the second. Safe to share between threads once it is used.

    Args:
        base_url: The URL that the paths are added to, for example `http://localhost:4444/api/v1`.
        headers: Sent with every request.
        timeout: Seconds that the server may be silent for.
        raise_on_unexpected_status: Whether a status that the operation does not document raises
            `errors.UnexpectedStatus`; otherwise it is answered as `None`.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
        raise_on_unexpected_status: bool = True,
    ) -> None:
        self.raise_on_unexpected_status = raise_on_unexpected_status
        # Redirects are not followed: the token must not reach another host.
        self._options: dict[str, Any] = {
            "base_url": base_url,
            "headers": dict(headers or {}),
            "timeout": timeout,
            "follow_redirects": False,
        }
        self._client: httpx.Client | None = None
        self._async_client: httpx.AsyncClient | None = None

    def get_httpx_client(self) -> httpx.Client:
        if self._client is None:
            self._client = httpx.Client(**self._options)
        return self._client

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        if self._async_client is None:
            self._async_client = httpx.AsyncClient(**self._options)
        return self._async_client

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._async_client is not None:
            await self._async_client.aclose()
            self._async_client = None


class AuthenticatedClient(Client):
    """A `Client` that sends `token`, an API key, with every request."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
        raise_on_unexpected_status: bool = True,
    ) -> None:
        super().__init__(
            base_url,
            headers={**(headers or {}), "Authorization": f"Bearer {token}"},
            timeout=timeout,
            raise_on_unexpected_status=raise_on_unexpected_status,
        )
