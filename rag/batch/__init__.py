"""A file of questions to a file of answers, through crashes, limits and interruptions."""

from __future__ import annotations

from rag.batch.budget import Price
from rag.batch.digest import Digest, Failed, Summary
from rag.batch.pace import Patience
from rag.batch.questions import BadQuestion, Question, QuestionFile, read_questions
from rag.batch.report import report_on, write_report
from rag.batch.run import export, run_batch
from rag.batch.tally import Tally

__all__ = [
    "BadQuestion",
    "Digest",
    "Failed",
    "Patience",
    "Price",
    "Question",
    "QuestionFile",
    "Summary",
    "Tally",
    "export",
    "read_questions",
    "report_on",
    "run_batch",
    "write_report",
]
