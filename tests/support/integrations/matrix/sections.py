"""Sections of the matrix, in the order of the page."""

from __future__ import annotations

from tests.support.integrations.matrix.agent_framework import AGENT_FRAMEWORK
from tests.support.integrations.matrix.agents import AGENTS
from tests.support.integrations.matrix.autogen import AUTOGEN
from tests.support.integrations.matrix.claude_agent import CLAUDE_AGENT
from tests.support.integrations.matrix.crewai import CREWAI
from tests.support.integrations.matrix.dspy import DSPY
from tests.support.integrations.matrix.frameworks import LANGCHAIN
from tests.support.integrations.matrix.haystack import HAYSTACK
from tests.support.integrations.matrix.instructor import INSTRUCTOR
from tests.support.integrations.matrix.langgraph import LANGGRAPH
from tests.support.integrations.matrix.litellm import LITELLM
from tests.support.integrations.matrix.llama_index import LLAMA_INDEX
from tests.support.integrations.matrix.openai_and_anthropic import ANTHROPIC, OPENAI
from tests.support.integrations.matrix.other_agents import OTHER_AGENTS
from tests.support.integrations.matrix.other_sdks import OTHER_SDKS
from tests.support.integrations.matrix.section import Section
from tests.support.integrations.matrix.smolagents import SMOLAGENTS

SECTIONS: dict[str, Section] = {
    section.name: section
    for section in (
        *(OPENAI, ANTHROPIC, *OTHER_SDKS, LANGCHAIN, LANGGRAPH, LITELLM),
        *(CLAUDE_AGENT, *AGENTS, *OTHER_AGENTS, DSPY, AGENT_FRAMEWORK, HAYSTACK, SMOLAGENTS),
        *(LLAMA_INDEX, AUTOGEN, INSTRUCTOR, CREWAI),
    )
}
