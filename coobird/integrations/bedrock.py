"""Meters the calls of a `bedrock-runtime` client of boto3, aioboto3 or aiobotocore.

from coobird.integrations.bedrock import wrap

client = wrap(boto3.client("bedrock-runtime"), coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    client.converse(modelId="us.anthropic.claude-sonnet-4-6", messages=[...])          # one event
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._wrapping.attachment import add_meter, begin_call, override_late
from coobird.integrations._wrapping.bedrock_answers import bedrock_request, model_id
from coobird.integrations._wrapping.bedrock_call import BedrockCall, may_be_charged
from coobird.integrations._wrapping.options import WrapOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Unpack

    from coobird.integrations._metering.errors import MeteringClient
    from coobird.integrations._wrapping.answers import ModelRequest

__all__ = ("WrapOptions", "wrap")

SDKClient = TypeVar("SDKClient")


def wrap(
    client: SDKClient, coomon: MeteringClient, *, provider: str | None = None, **options: Unpack[WrapOptions]
) -> SDKClient:
    """Meter every call of this client to a model, and return the same object.

    Metered are `converse`, `converse_stream`, `invoke_model` and
    `invoke_model_with_response_stream`, of all models whose body or headers state usage. The
    client's results, errors and timing stay the same. Wrapping it again adds no second event, and
    neither do spans of the same calls. It is thread-safe and fork-safe if both clients are.

    A stream is billed when it ends or is closed. A stream that breaks off before Bedrock states the
    usage is not billed; it is reported to `on_error`, as every answer without usage is. (Claude by
    `invoke_model_with_response_stream` states its input first, which is billed.)

    Args:
        client: A `bedrock-runtime` client.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        provider: Name of the provider, if it is not Bedrock.
        options: Payer, signal, attributes, cost and prices: see `WrapOptions`.

    Raises:
        ConfigurationError: `cost=True` without the price list; or `client` or `coomon` is no such
            client.
    """
    check_sdk_client(client, "botocore", 'wrap(boto3.client("bedrock-runtime"), coomon)', has="converse")
    meter = CallMeter(coomon, **options)
    if not add_meter(client, meter):
        return client
    made: Any = client
    name = canonical_provider(provider) or "aws.bedrock"

    def model_request_of(operation: str, params: Any) -> ModelRequest | None:
        return bedrock_request(operation, params, name, made.meta.region_name)

    def make_call(send: Callable[..., Any], operation: str, params: Any) -> Any:
        call = begin_call(BedrockCall, meter, model_request_of, operation, params)
        return send(operation, params) if call is None else call.send(send, operation, params)

    def lose_attempt(*, caught_exception: Any = None, request_dict: Any = None, **_: Any) -> None:
        """Report an attempt whose answer was lost, also if the SDK tries again."""
        with meter.report_errors:
            if caught_exception is not None and may_be_charged(caught_exception):
                caught_exception._coobird_reported = True
                model = model_id(unquote(request_dict["url_path"].split("/")[2]))
                reason = "it ended before the answer came, and may be charged for"
                meter.report_missing_usage(Call(name, "chat", model, None, None, "wrap", reason=reason))

    override_late(client, "_make_api_call", make_call)
    made.meta.events.register("needs-retry.bedrock-runtime", lose_attempt)
    return client
