"""The matrix of who spoke on what as one page, every number leading to its quotes."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.statements.ledger import Cell, Matrix

DEEPEST = 200
"""Opacity of the fullest cell, of 255."""


def page(matrix: Matrix) -> str:
    """The page as HTML; what comes from documents is escaped."""
    from jinja2 import Environment

    most = max((c.count() for c in matrix.cells.values()), default=1) or 1

    def colour(cell: Cell) -> str:
        sides = cell.count("for") - cell.count("against")
        hue = "#2a9d5c" if sides > 0 else "#d04040" if sides < 0 else "#4a7bd0"
        return f"{hue}{30 + round((DEEPEST - 30) * cell.count() / most):02x}"

    def anchor(row: str, column: str) -> str:
        return f"c{list(matrix.rows).index(row)}-{list(matrix.columns).index(column)}"

    source = (files("rag.cli") / "matrix.html").read_text(encoding="utf-8")
    template = Environment(autoescape=True).from_string(source)
    return template.render(matrix=matrix, colour=colour, anchor=anchor)
