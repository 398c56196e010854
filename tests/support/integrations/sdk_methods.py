"""Public methods of the SDKs that have a `wrap`, with the requests that the source of each makes.

A method is found by walking a client of the SDK, sync and async. Its requests are the texts in its
source, and in the source of the methods that it calls, that stand beside the name of an HTTP
method.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from coobird.integrations._wrapping import metered_requests as metered

OTHERS = frozenset(
    {
        # Twins that make the requests of the methods that they stand for.
        *("with_raw_response", "with_streaming_response", "aio"),
        # Other clients of the same kind.
        *("copy", "with_options", "with_middleware", "parent_ref"),
        # Settings.
        *("sdk_configuration", "meta", "exceptions", "qs", "timeout", "platform_headers", "http_client"),
        # Machinery that all methods of a part share.
        *("do_request", "do_request_async", "dynamic_import"),
    }
)
"""Names on a client that lead to no methods of their own."""


class SDK(NamedTuple):
    """SDK that has a `wrap`.

    Attributes:
        package: Name on PyPI.
        module: First part of the names of its modules.
        clients: Opens a client of each kind that `wrap` takes.
        metered: Requests that `wrap` meters, as `metered_requests` names them.
    """

    package: str
    module: str
    clients: Callable[[], Iterable[Any]]
    metered: Mapping[str, str]


class Method(NamedTuple):
    """Public method of an SDK.

    Attributes:
        name: Path from the client, such as `chat.completions.create`; the same for both kinds of
            clients.
        posts: Requests by `POST` that it may make, as `metered_requests` names them.
    """

    name: str
    posts: frozenset[str]

    def is_metered(self, sdk: SDK) -> bool:
        """True if it makes a request that `wrap` meters."""
        return not self.posts.isdisjoint(sdk.metered)


def _openai() -> Iterable[Any]:
    import openai

    return openai.OpenAI(api_key="x"), openai.AsyncOpenAI(api_key="x")


def _anthropic() -> Iterable[Any]:
    import anthropic

    return anthropic.Anthropic(api_key="x"), anthropic.AsyncAnthropic(api_key="x")


def _google() -> Iterable[Any]:
    from google import genai

    client = genai.Client(api_key="x")
    return client, client.aio


def _bedrock() -> Iterable[Any]:
    import boto3

    return (boto3.client("bedrock-runtime", region_name="us-east-1"),)


def _mistral() -> Iterable[Any]:
    from mistralai.azure.client import MistralAzure
    from mistralai.client import Mistral
    from mistralai.gcp.client import MistralGCP

    azure = MistralAzure(api_key="x", server_url="http://localhost")
    return Mistral(api_key="x"), azure, MistralGCP(project_id="x", access_token="x")


def _cohere() -> Iterable[Any]:
    import cohere

    return cohere.Client("x"), cohere.AsyncClient("x"), cohere.ClientV2("x"), cohere.AsyncClientV2("x")


def _groq() -> Iterable[Any]:
    import groq

    return groq.Groq(api_key="x"), groq.AsyncGroq(api_key="x")


def _ollama() -> Iterable[Any]:
    import ollama

    return ollama.Client(), ollama.AsyncClient()


SDKS = {
    "openai": SDK("openai", "openai", _openai, metered.OPENAI),
    "anthropic": SDK("anthropic", "anthropic", _anthropic, metered.ANTHROPIC),
    "google": SDK("google-genai", "google", _google, metered.GOOGLE),
    "bedrock": SDK("boto3", "botocore", _bedrock, metered.BEDROCK),
    "mistral": SDK("mistralai", "mistralai", _mistral, metered.MISTRAL),
    "cohere": SDK("cohere", "cohere", _cohere, metered.COHERE),
    "groq": SDK("groq", "groq", _groq, metered.GROQ),
    "ollama": SDK("ollama", "ollama", _ollama, metered.OLLAMA),
}
"""By the name of the integration."""


@cache
def methods_of(name: str) -> tuple[Method, ...]:
    """Return the public methods of an SDK, those of its sync and its async client together."""
    sdk = SDKS[name]
    found: dict[str, set[str]] = {}
    for client in sdk.clients():
        for path, method in _methods_in(client, sdk.module):
            found.setdefault(path.removesuffix("_async"), set()).update(_posts_of(client, method))
    return tuple(Method(path, frozenset(posts)) for path, posts in sorted(found.items()))


def _methods_in(part: Any, module: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name in dir(part):
        if name.startswith("_") or name in OTHERS:
            continue
        value = getattr(part, name)
        if inspect.isclass(value):
            continue
        if inspect.isroutine(value):
            yield prefix + name, value
        elif type(value).__module__.split(".")[0] == module and not isinstance(value, (str, int, dict)):
            yield from _methods_in(value, module, f"{prefix}{name}.")


def _posts_of(client: Any, method: Any) -> Iterator[str]:
    operations: dict[str, str] = getattr(getattr(client, "meta", None), "method_to_api_mapping", {})
    if operations:  # botocore makes its methods from a model of the service
        yield from (operations[name] for name in (method.__name__,) if name in operations)
        return
    for text in _texts_beside_post(method, set()):
        path = text.partition("?")[0].partition("#")[0]
        yield path.rpartition(":")[2] if path.startswith("{model}:") else f"/{path.strip('/')}"


def _texts_beside_post(method: Any, seen: set[Any], holder: Any = None) -> Iterator[str]:
    """Yield the texts in the source of a method that posts, and of the methods that it calls.

    Args:
        holder: First argument of a function that is no method.
    """
    function = inspect.unwrap(getattr(method, "__func__", method))
    holder = getattr(method, "__self__", holder)
    if (function, id(holder)) in seen or not inspect.isfunction(function):
        return
    seen.add((function, id(holder)))
    source = _sources_of(function.__code__.co_filename).get(function.__code__.co_firstlineno)
    if source is None:
        return
    if source.posts:
        yield from source.texts
    called = [_value_of(chain, holder) for chain in source.chains]
    for name in source.given_self:
        first, *others = name.split(".")
        called.append(_value_of(tuple(others), function.__globals__.get(first)))
    called += [cell.cell_contents for cell in function.__closure__ or ()]  # a decorator's
    for each in called:
        if inspect.isroutine(each):
            yield from _texts_beside_post(each, seen, holder)


def _value_of(names: tuple[str, ...], holder: Any) -> Any:
    """Return what `self.part.name` is; `None` if it is nothing."""
    value = holder
    for name in names:
        try:
            value = getattr(value, name)
        except Exception:  # noqa: BLE001 - properties of an SDK may raise anything
            return None
    return value


class _Source(NamedTuple):
    """Facts in the source of a function.

    Attributes:
        texts: Texts in it.
        posts: True if it names the HTTP method `POST`.
        chains: Attributes of its first parameter (`self`), such as `("_client", "post")`.
        given_self: Functions that it calls with that parameter.
    """

    texts: tuple[str, ...]
    posts: bool
    chains: tuple[tuple[str, ...], ...]
    given_self: tuple[str, ...]

    @classmethod
    def of(cls, node: ast.FunctionDef | ast.AsyncFunctionDef) -> _Source:
        parts = list(ast.walk(node))
        holder = node.args.args[0].arg if node.args.args else ""
        texts = [each.value for each in parts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        names = {each.attr for each in parts if isinstance(each, ast.Attribute)} | set(texts)
        chains = {chain for each in parts if isinstance(each, ast.Attribute) and (chain := _chain_of(each, holder))}
        given = {
            ast.unparse(each.func)
            for each in parts
            if isinstance(each, ast.Call)
            and isinstance(each.func, (ast.Name, ast.Attribute))
            and each.args
            and isinstance(each.args[0], ast.Name)
            and each.args[0].id == holder
        }
        posts = "post" in {name.strip("_").lower() for name in names}
        return cls(tuple(texts), posts, tuple(sorted(chains)), tuple(sorted(given)))


def _chain_of(node: ast.Attribute, holder: str) -> tuple[str, ...]:
    """Return the names in `self.part.name`; none if it is an attribute of something else."""
    names: list[str] = []
    at: ast.expr = node
    while isinstance(at, ast.Attribute):
        names.append(at.attr)
        at = at.value
    return tuple(reversed(names)) if isinstance(at, ast.Name) and at.id == holder else ()


@cache
def _sources_of(path: str) -> dict[int, _Source]:
    """Return the functions of a module by their first lines, which may be those of decorators."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    return {
        min([node.lineno, *(each.lineno for each in node.decorator_list)]): _Source.of(node)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
