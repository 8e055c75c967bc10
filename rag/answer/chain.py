"""The answer as a LangChain Runnable, to be composed with others."""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from rag.answer import Answering, Question
from rag.types import Answer, Finished


class AnswerChain(Runnable[Question, Answer]):
    """From a question with its search to a checked answer."""

    def __init__(self, answering: Answering) -> None:
        self.answering = answering

    def invoke(self, input: Question, config: RunnableConfig | None = None, **_: Any) -> Answer:
        """The whole answer.

        Raises:
            ModelError: the model failed.
        """
        for event in self.answering.events(input, config):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("the chain ended without an answer")
