"""Readout: answers from your own documents, every sentence checked against the place it cites."""

__version__ = "0.1.0"
