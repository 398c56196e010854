"""Names of models, as different reporters of one call write them (pure)."""

from __future__ import annotations

import re


def is_same_model(one: str, other: str) -> bool:
    """True if two names may stand for one model.

    Reporters differ in the date at the end, and in the provider, region or maker in front. An
    unknown name may be any.
    """
    short, long = sorted((_core(one), _core(other)), key=len)
    return long.startswith(short)


def _core(name: str) -> str:
    return re.sub(r"^([a-z]+\.)+", "", name.rpartition("/")[2])
