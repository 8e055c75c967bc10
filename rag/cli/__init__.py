"""The `rag` command."""

from rag.cli.main import app, main

__all__ = ["app", "main"]
