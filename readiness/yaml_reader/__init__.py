"""Read rule pages and profiles: strict YAML that keeps the place of every key and value.

YAML reads some ordinary text as something else: `no` as false, `20:00` as 1200, `012` as 10, and
the second of two equal keys in place of the first. Here such text is refused, with its place and
what to write instead, and so is everything that pages do not need (anchors, tags, directives,
several documents). Everything wrong in a file is reported at once.

    reading       read_file, read_bytes, read_text: which parser reads, and whose answer stands
      source      the text by lines; problems that are seen without parsing it
      builder     events of PyYAML into data and places; structure is checked here
        scalars   what a scalar without quotes means
      syntax      errors of syntax in plain English; loaded when there is the first
      document    what is returned: data, with the place of everything in it
    messages      what is said, and how to speak of a sign or a text
    characters    characters that cannot be seen or do not belong in a page

The parser written in C is tried first. Whenever it objects, or anything at all is wrong, the one
written in Python reads the file again and its answer stands, so that messages are the same on
every computer.
"""

from __future__ import annotations

from readiness.yaml_reader.builder import MAX_DEPTH, MAX_NODES
from readiness.yaml_reader.document import Document, Misread, Path, with_others
from readiness.yaml_reader.reading import MAX_SIZE, read_bytes, read_file, read_text
from readiness.yaml_reader.scalars import MAX_DIGITS, Scalar
from readiness.yaml_reader.source import MAX_PROBLEMS

__all__ = [
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_NODES",
    "MAX_PROBLEMS",
    "MAX_SIZE",
    "Document",
    "Misread",
    "Path",
    "Scalar",
    "read_bytes",
    "read_file",
    "read_text",
    "with_others",
]
