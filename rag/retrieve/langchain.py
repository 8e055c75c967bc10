"""Retrieval as a LangChain `BaseRetriever`, for chains of one's own."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.types import Filters, Found


class ReadoutRetriever(BaseRetriever):
    """Passages of a workspace, best first, each with its exact place in `metadata`.

    `ReadoutRetriever(assistant=Assistant.open(workspace), k=5).invoke("…")`
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Any
    """An open `rag.Assistant`, or anything with its `search`."""
    k: int = 5
    filters: Filters = Filters()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        found: Found = self.assistant.search(query, filters=self.filters, k=self.k)
        return [
            LangChainDocument(
                page_content=hit.passage.text,
                metadata={
                    "document": hit.passage.document,
                    "start": hit.passage.start,
                    "end": hit.passage.end,
                    "heading": hit.passage.heading,
                    "score": hit.score,
                    "stages": dict(hit.stages),
                },
            )
            for hit in found.hits
        ]
