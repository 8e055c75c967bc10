"""Readout: answers from your own documents, every sentence checked against the place it cites.

```python
from rag import Assistant, Workspace

with Assistant.open(Workspace.open(".")) as assistant:
    print(assistant.ask("What did Pakistan say about Xinjiang?").answer)
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.errors import RagError
    from rag.retrieve.langchain import ReadoutRetriever
    from rag.settings import Settings
    from rag.types import (
        Answer,
        Citation,
        Document,
        Evidence,
        Filters,
        Found,
        Metadata,
        Passage,
        Query,
        Sentence,
        Statement,
        Turn,
    )
    from rag.workspace import Workspace

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Document",
    "Evidence",
    "Filters",
    "Found",
    "Metadata",
    "Passage",
    "Query",
    "RagError",
    "ReadoutRetriever",
    "Sentence",
    "Settings",
    "Statement",
    "Turn",
    "Workspace",
    "__version__",
]
_HOME = {
    "Assistant": "rag.assistant",
    "RagError": "rag.errors",
    "ReadoutRetriever": "rag.retrieve.langchain",
    "Settings": "rag.settings",
    "Workspace": "rag.workspace",
}


def __getattr__(name: str) -> Any:
    """Loads a public name when it is first used, so that `import rag` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOME.get(name, "rag.types")), name)
