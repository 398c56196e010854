# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

AgentStatus = Literal["active", "archived", "draft", "inactive"]

AGENT_STATUS_VALUES: set[AgentStatus] = {"active", "archived", "draft", "inactive"}


def check_agent_status(value: str) -> AgentStatus:
    if value in AGENT_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {AGENT_STATUS_VALUES!r}")
