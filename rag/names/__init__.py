"""Whom a word speaks of: countries, capitals, demonyms, offices, persons; misspellings too.

Sources: ISO 3166 names and their translations from pycountry; the tables beside this module
(names, demonyms, seats of government, organisations, media, common misspellings) are our own; a
roster the user may keep, and the persons that the documents themselves introduce.
"""

from __future__ import annotations

from rag.names.mention import Mention
from rag.names.names import Names
from rag.names.offices import find_office, office_name

__all__ = ["Mention", "Names", "find_office", "office_name"]
