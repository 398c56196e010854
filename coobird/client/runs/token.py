"""Run tokens: a run as a text for a task's arguments, a message header or an environment variable.

    cr1.<base64url of {"customer_id": ..., "agent_id": ..., "signal_code": ..., "attributes":
    {...}}>

The first part is the version. A token from outside decides who pays, so any other text is refused.
"""

from __future__ import annotations

from coobird_api.types import cast

from coobird.errors import InvalidRunTokenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

VERSION = "cr1"
MAX_TOKEN_LENGTH = 16 * 1024
"""Message brokers and environments take this much. A larger run would carry whole documents."""
_IDS = ("customer_id", "agent_id", "signal_code")


def write_token(
    customer_id: str | None, agent_id: str | None, signal_code: str | None, attributes: Mapping[str, Any]
) -> str:
    """Return a run as a token.

    Raises:
        InvalidRunTokenError: The attributes have no JSON form, or the token would be too long.
    """
    from base64 import urlsafe_b64encode

    from coobird._encoding.json_text import encode

    ids = {"customer_id": customer_id, "agent_id": agent_id, "signal_code": signal_code}
    content = {name: value for name, value in ids.items() if value is not None}
    try:
        text = encode(content | ({"attributes": dict(attributes)} if attributes else {}))
    except (ValueError, RecursionError) as error:
        raise InvalidRunTokenError(f"The run has no token: {str(error).removeprefix('.')}.") from None
    token = f"{VERSION}.{urlsafe_b64encode(text).rstrip(b'=').decode('ascii')}"
    if len(token) > MAX_TOKEN_LENGTH:
        raise InvalidRunTokenError(
            f"The run's token would have {len(token):,} characters, more than {MAX_TOKEN_LENGTH:,}: carry fewer attributes."
        )
    return token


def read_token(token: object) -> tuple[str | None, str | None, str | None, dict[str, Any]]:
    """Return customer, agent, signal and attributes of a token.

    Raises:
        InvalidRunTokenError: It is not a token. The message does not quote it.
    """
    from coobird._encoding.event import MAX_ID_LENGTH

    content = _content(token)
    unknown = content.keys() - {*_IDS, "attributes"}
    if unknown:
        raise InvalidRunTokenError("The run token has fields that this version does not know: upgrade coobird here.")
    ids = [content.get(name) for name in _IDS]
    for name, value in zip(_IDS, ids, strict=True):
        if value is not None and not (isinstance(value, str) and 0 < len(value) <= MAX_ID_LENGTH):
            raise InvalidRunTokenError(
                f"The run token is not usable: its {name} must be a text of 1 to {MAX_ID_LENGTH} characters."
            )
    attributes: Any = content.get("attributes", {})
    if type(attributes) is not dict:
        raise InvalidRunTokenError("The run token is not usable: its attributes must be an object.")
    return ids[0], ids[1], ids[2], cast("dict[str, Any]", attributes)


def _content(token: object) -> dict[str, Any]:
    import json
    from base64 import b64decode
    from decimal import Decimal

    if not isinstance(token, str) or len(token) > MAX_TOKEN_LENGTH:
        raise InvalidRunTokenError(
            f"A run token is a text of at most {MAX_TOKEN_LENGTH:,} characters: use what Run.token() returned."
        )
    version, _, encoded = token.partition(".")
    if version != VERSION:
        raise InvalidRunTokenError(
            f"The text is not a run token of version {VERSION}: use what Run.token() returned, unchanged."
        )
    try:
        text = b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        # Decimal: an amount must keep all its digits.
        content: Any = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InvalidRunTokenError("The run token was cut or changed: use what Run.token() returned.") from None
    if type(content) is not dict:
        raise InvalidRunTokenError("The run token holds no run: use what Run.token() returned.")
    return cast("dict[str, Any]", content)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
