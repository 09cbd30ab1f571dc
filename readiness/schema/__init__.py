"""JSON Schemas of every page, for editors, and of what commands write, for programs that read it.

    schemas      which page has which schema, and writing them
    models       from the classes that pages are read into to schemas
    words        the ids and words of one rulebook, each a definition that others refer to
    conditions   what the reader of conditions takes, from the tables that it reads by
    facts        what a profile may say of each fact
    outputs      what commands write, from the types that renderers return

Editors read draft 7, so that is what is written. A schema never refuses what the loader accepts;
what only the loader can tell (that two pages agree, that a period is right) it lets pass. To an
editor `yes` may be a word and a date is always text, so both are allowed wherever the loader reads
one from them.
"""

from __future__ import annotations

from readiness.schema.outputs import OUTPUTS, Output
from readiness.schema.schemas import SCHEMAS, Kind, schemas

__all__ = ["OUTPUTS", "SCHEMAS", "Kind", "Output", "schemas"]
