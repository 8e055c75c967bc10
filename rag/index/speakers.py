"""Who speaks in which document, from the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping

from rag.index.reader import Index
from rag.types import Party


def speakers(index: Index) -> Mapping[str, tuple[Party, ...]]:
    """Document → everybody to whom the ledger gives words in it, each once."""
    found: dict[str, dict[str, Party]] = {}
    for name, data in index._rows(
        "SELECT d.name, json_extract(s.data, '$.speaker') FROM statements s"
        " JOIN documents d ON d.id = s.document"
        " WHERE s.speaker IS NOT NULL GROUP BY s.document, s.speaker, s.country"
    ):
        party = Party.from_dict(json.loads(data))
        found.setdefault(name, {})[f"{party.name}|{party.country}"] = party
    return {name: tuple(parties.values()) for name, parties in found.items()}
