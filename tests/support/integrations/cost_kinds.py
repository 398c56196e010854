"""Kinds of calls, each with the cost that the provider charges for it.

Each has an answer in the shape that the provider documents, and the host that answers. `right` is
computed by hand from the provider's prices (US dollars per million tokens); `None` if no answer
says enough, so that the only right cost is none.
"""

from __future__ import annotations

from typing import Any, NamedTuple

OPENAI = "http://api.openai.com/v1"
ANTHROPIC = "http://api.anthropic.com"
MILLION = 1_000_000


class Kind(NamedTuple):
    """One kind of call.

    Attributes:
        api: `chat`, `responses`, `embeddings` or `messages`.
        answer: Body of the answer, or the items of its stream.
        model: Model of the request.
        right: Cost in US dollars.
        base_url: Address of the server. All of them lead to the fake, which is their HTTP proxy.
        litellm: Name of the provider in LiteLLM.
        stated: True if the provider states the cost.
    """

    name: str
    api: str
    answer: Any
    model: str
    right: str | None
    base_url: str = OPENAI
    litellm: str = "openai"
    stated: bool = False

    @property
    def is_stream(self) -> bool:
        return isinstance(self.answer, list)


def _chat(model: str, prompt: int, completion: int, **more: Any) -> dict[str, Any]:
    usage = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        **more.pop("usage", {}),
    }
    message = {"role": "assistant", "content": "Hi"}
    return {
        "id": "chatcmpl-0123456789abcdefghij",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": usage,
        **more,
    }


def _chunks(answer: dict[str, Any]) -> list[dict[str, Any]]:
    base = {**answer, "object": "chat.completion.chunk", "usage": None}
    said = {"index": 0, "finish_reason": None, "delta": {"role": "assistant", "content": "Hi"}}
    end = {"index": 0, "finish_reason": "stop", "delta": {}}
    return [
        {**base, "choices": [said]},
        {**base, "choices": [end]},
        {**answer, **base, "choices": [], "usage": answer["usage"]},
    ]


def _response(model: str, output: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    usage = {
        "input_tokens": 1000,
        "output_tokens": 100,
        "total_tokens": 1100,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    text = {"type": "output_text", "text": "Hi", "annotations": []}
    said = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [text]}
    return {
        "id": "resp_0123456789abcdefghijkl",
        "object": "response",
        "created_at": 1,
        "model": model,
        "status": "completed",
        "output": [*output, said],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": usage,
        **more,
    }


def _message(model: str, content: list[dict[str, Any]] | None = None, **usage: Any) -> dict[str, Any]:
    counts = {"input_tokens": 0, "output_tokens": 0, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    return {
        "id": "msg_0123456789abcdefghijklm",
        "type": "message",
        "role": "assistant",
        "model": model,
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "content": [*(content or []), {"type": "text", "text": "Hi"}],
        "usage": {**counts, "service_tier": "standard", "inference_geo": "global", **usage},
    }


def _events(message: dict[str, Any]) -> list[dict[str, Any]]:
    usage = message["usage"]
    start = {**message, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    return [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {name: usage[name] for name in ("input_tokens", "output_tokens", "cache_creation_input_tokens")},
        },
        {"type": "message_stop"},
    ]


def _iteration(kind: str, model: str, given: int, made: int) -> dict[str, Any]:
    return {
        "type": kind,
        "model": model,
        "input_tokens": given,
        "output_tokens": made,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
    }


_CACHED = {"prompt_tokens_details": {"cached_tokens": 400_000}}
_AUDIO = {
    "prompt_tokens_details": {"audio_tokens": 900},
    "completion_tokens_details": {"audio_tokens": 900},
}
_SEARCH = {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "x"}}
_CODE = {
    "type": "code_interpreter_call",
    "id": "ci_1",
    "status": "completed",
    "code": "1",
    "container_id": "cntr_1",
    "outputs": [],
}
_FILES = {"type": "file_search_call", "id": "fs_1", "status": "completed", "queries": ["x"], "results": None}
_SERVER_CODE = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "code_execution", "input": {"code": "1"}}
_OPUS, _FABLE = "claude-opus-5-5", "claude-fable-5-2"

KINDS = (
    # gpt-5: 1.25 in, 0.125 cached, 10 out; flex half, priority twice.
    Kind("text, with cached tokens", "chat", _chat("gpt-5", MILLION, 100_000, usage=_CACHED), "gpt-5", "1.8"),
    Kind("text, streamed", "chat", _chunks(_chat("gpt-5", MILLION, 100_000, usage=_CACHED)), "gpt-5", "1.8"),
    Kind("tier `flex`", "chat", _chat("gpt-5", MILLION, 100_000, service_tier="flex"), "gpt-5", "1.125"),
    Kind("tier `priority`", "chat", _chat("gpt-5", MILLION, 100_000, service_tier="priority"), "gpt-5", "4.5"),
    Kind(
        "tier `flex`, streamed",
        "chat",
        _chunks(_chat("gpt-5", MILLION, 100_000, service_tier="flex")),
        "gpt-5",
        "1.125",
    ),
    Kind("a tier without a price", "chat", _chat("gpt-5", MILLION, 100_000, service_tier="tomorrow"), "gpt-5", None),
    Kind(
        "usage that contradicts itself",
        "chat",
        _chat("gpt-4o", 100, 10, usage={"prompt_tokens_details": {"cached_tokens": 5000}}),
        "gpt-4o",
        None,
    ),
    # Text 2.50 and 10, audio 32 and 64.
    Kind("audio", "chat", _chat("gpt-audio", 1000, 1000, usage=_AUDIO), "gpt-audio", "0.08765"),
    Kind(
        "audio of a model whose audio price is not in the list",
        "chat",
        _chat("gpt-4o-audio-preview-2024-12-17", 1000, 1000, usage=_AUDIO),
        "gpt-4o-audio-preview",
        None,
    ),
    # 0.30 and 1.20.
    Kind(
        "fine-tuned model",
        "chat",
        _chat("ft:gpt-4o-mini-2024-07-18:org::id", MILLION, MILLION),
        "ft:gpt-4o-mini-2024-07-18:org::id",
        "1.5",
    ),
    # 4 and 15 above 272,000 tokens.
    Kind("long context", "chat", _chat("gpt-6.1-sol", 300_000, 1000), "gpt-6.1-sol", "1.215"),
    Kind("model that is not in the list", "chat", _chat("no-such-model", 1000, 10), "no-such-model", None),
    Kind("regional host", "chat", _chat("gpt-5", MILLION, 0), "gpt-5", None, "http://eu.api.openai.com/v1"),
    Kind(
        "server of one's own",
        "chat",
        _chat("gpt-oss-120b", MILLION, 0),
        "gpt-oss-120b",
        None,
        "http://vllm.internal:8000/v1",
    ),
    Kind(
        "embeddings",
        "embeddings",
        {
            "object": "list",
            "model": "text-embedding-3-small",
            "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}],
            "usage": {"prompt_tokens": MILLION, "total_tokens": MILLION},
        },
        "text-embedding-3-small",
        "0.02",
    ),
    Kind("Responses API", "responses", _response("gpt-5", []), "gpt-5", "0.00225"),
    Kind(
        "Responses API, tier `priority`",
        "responses",
        _response("gpt-5", [], service_tier="priority"),
        "gpt-5",
        "0.0045",
    ),
    # 10 for a thousand searches.
    Kind(
        "web searches, counted",
        "responses",
        _response("gpt-5", [_SEARCH, _SEARCH], tool_usage={"web_search": {"num_requests": 2}}),
        "gpt-5",
        "0.02225",
    ),
    Kind("web searches, not counted", "responses", _response("gpt-5", [_SEARCH]), "gpt-5", None),
    # 2.50 for a thousand calls.
    Kind("file search", "responses", _response("gpt-5", [_FILES]), "gpt-5", "0.00475"),
    Kind("code interpreter", "responses", _response("gpt-5", [_CODE]), "gpt-5", None),
    Kind(
        "OpenRouter",
        "chat",
        _chat("openai/gpt-5", 100_000, 0, usage={"cost": 0.0125}),
        "openai/gpt-5",
        "0.0125",
        "http://openrouter.ai/api/v1",
        "openrouter",
        stated=True,
    ),
    Kind(
        "Perplexity",
        "chat",
        _chat(
            "sonar",
            1000,
            100,
            usage={
                "search_context_size": "low",
                "cost": {
                    "input_tokens_cost": 0.001,
                    "output_tokens_cost": 0.0001,
                    "request_cost": 0.005,
                    "total_cost": 0.0061,
                },
            },
        ),
        "sonar",
        "0.0061",
        "http://api.perplexity.ai",
        "perplexity",
        stated=True,
    ),
    Kind(
        "xAI, with reasoning",
        "chat",
        _chat(
            "grok-4.20",
            10120,
            1499,
            usage={
                "total_tokens": 14428,
                "prompt_tokens_details": {"cached_tokens": 128},
                "completion_tokens_details": {"reasoning_tokens": 2809},
                "cost_in_usd_ticks": 232856000,
            },
        ),
        "grok-4.20",
        "0.0232856",
        "http://api.x.ai/v1",
        "xai",
        stated=True,
    ),
    # 758 at 1.25, 967 at 10.
    Kind(
        "Gemini by OpenAI's API, with thoughts",
        "chat",
        _chat("gemini-2.5-pro", 758, 102, usage={"total_tokens": 1725}),
        "gemini-2.5-pro",
        "0.0106175",
        "http://generativelanguage.googleapis.com/v1beta/openai",
        "",
    ),
    # Opus: 4 in, 0.40 read, 5 and 8 written for 5 minutes and 1 hour, 20 out.
    Kind(
        "Claude, text",
        "messages",
        _message(_OPUS, input_tokens=MILLION, output_tokens=100_000),
        _OPUS,
        "6",
        ANTHROPIC,
        "anthropic",
    ),
    Kind(
        "Claude, streamed",
        "messages",
        _events(_message(_OPUS, input_tokens=MILLION, output_tokens=100_000)),
        _OPUS,
        "6",
        ANTHROPIC,
        "anthropic",
    ),
    Kind(
        "Claude, cache for 5 minutes and an hour",
        "messages",
        _message(
            _OPUS,
            input_tokens=1000,
            output_tokens=100,
            cache_creation_input_tokens=MILLION,
            cache_creation={"ephemeral_5m_input_tokens": 400_000, "ephemeral_1h_input_tokens": 600_000},
        ),
        _OPUS,
        "6.806",
        ANTHROPIC,
        "anthropic",
    ),
    Kind(
        "Claude, cache for an unknown time",
        "messages",
        _message(_OPUS, input_tokens=1000, output_tokens=100, cache_creation_input_tokens=MILLION),
        _OPUS,
        None,
        ANTHROPIC,
        "anthropic",
    ),
    # 10 for a thousand searches.
    Kind(
        "Claude, web searches",
        "messages",
        _message(_OPUS, input_tokens=1000, output_tokens=100, server_tool_use={"web_search_requests": 10}),
        _OPUS,
        "0.106",
        ANTHROPIC,
        "anthropic",
    ),
    # Twice.
    Kind(
        "Claude, fast",
        "messages",
        _message(_OPUS, input_tokens=MILLION, output_tokens=100_000, speed="fast"),
        _OPUS,
        "12",
        ANTHROPIC,
        "anthropic",
    ),
    Kind(
        "Claude, in the US",
        "messages",
        _message(_OPUS, input_tokens=MILLION, output_tokens=100_000, inference_geo="us"),
        _OPUS,
        None,
        ANTHROPIC,
        "anthropic",
    ),
    Kind(
        "Claude, tier `priority`",
        "messages",
        _message(_OPUS, input_tokens=MILLION, output_tokens=100_000, service_tier="priority"),
        _OPUS,
        None,
        ANTHROPIC,
        "anthropic",
    ),
    Kind(
        "Claude, another model took over",
        "messages",
        _message(
            "claude-opus-4-8",
            input_tokens=40_000,
            output_tokens=5000,
            iterations=[
                _iteration("message", _FABLE, 40_000, 3000),
                _iteration("fallback_message", "claude-opus-4-8", 40_000, 5000),
            ],
        ),
        _FABLE,
        None,
        ANTHROPIC,
        "anthropic",
    ),
    Kind(
        "Claude, code in a container",
        "messages",
        {
            **_message(_OPUS, [_SERVER_CODE], input_tokens=1000, output_tokens=100),
            "container": {"id": "container_1", "expires_at": "2026-11-27T00:00:00Z"},
        },
        _OPUS,
        None,
        ANTHROPIC,
        "anthropic",
    ),
)
