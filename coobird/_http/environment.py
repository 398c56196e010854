"""What the environment says about proxies and certificates, which the HTTP library may find of no use."""

from __future__ import annotations

import os
from contextlib import contextmanager

from coobird.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@contextmanager
def usable_network() -> Generator[None]:
    """Around the making of an HTTP client.

    Raises:
        ConfigurationError: It cannot be made; the message names the variables that are set.
    """
    import httpx

    try:
        yield
    except (httpx.InvalidURL, ImportError, OSError, ValueError) as error:
        names = [name for name in os.environ if name.upper() in _VARIABLES and os.environ[name]]
        advice = f" Mend or unset {', '.join(names)}." if names else ""
        raise ConfigurationError(f"No connection can be made: {str(error).rstrip('.')}.{advice}") from error
