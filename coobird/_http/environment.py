"""Proxies and certificates of the environment. Apart from `pool` because it loads contextlib."""

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
    """Enclose the construction of an HTTP client.

    Raises:
        ConfigurationError: The client cannot be built. The message names the variables that are
            set.
    """
    from coobird._http.http_library import http_errors

    try:
        yield
    except http_errors(ImportError, OSError, ValueError) as error:
        names = [name for name in os.environ if name.upper() in _VARIABLES and os.environ[name]]
        advice = f" Correct or unset {', '.join(names)}." if names else ""
        raise ConfigurationError(f"No connection can be made: {str(error).rstrip('.')}.{advice}") from error
