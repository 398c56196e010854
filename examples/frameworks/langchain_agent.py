"""LangChain: every answer of a model is an event for the customer of the run.

Usage: python examples/frameworks/langchain_agent.py
"""

from __future__ import annotations

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.prompts import ChatPromptTemplate

from coobird import Coomon
from coobird.integrations.langchain import CoobirdCallbackHandler
from coobird.mock import MockCoobird

API_KEY = "sk_test_langchain"


def model_offline() -> GenericFakeChatModel:
    """Return a substitute for ChatOpenAI, so that the example runs without an account."""
    usage = {
        "input_tokens": 1000,
        "output_tokens": 50,
        "total_tokens": 1050,
        "input_token_details": {"cache_read": 800},
    }
    about = {"id": "chatcmpl-1234567890", "model_name": "gpt-4o", "model_provider": "openai"}
    return GenericFakeChatModel(
        messages=iter([AIMessage("Birds sing.", usage_metadata=usage, response_metadata=about)])
    )


def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        chain = ChatPromptTemplate.from_template("Summarize: {text}") | model_offline()
        handler = CoobirdCallbackHandler(coomon)
        with coomon.run(customer_id="acme", agent_id="summarizer"):
            print(chain.invoke({"text": "A long text about birds."}, config={"callbacks": [handler]}).text)
        coomon.flush()
        for event in server.events(API_KEY):
            usage = event["attributes"]
            tokens = f"{usage['input_tokens']} tokens in, {usage['cache_read_input_tokens']} of them cached"
            print(f"{event['customer_id']} pays: {usage['model']}, {tokens}, {usage['output_tokens']} out")


if __name__ == "__main__":
    main()
