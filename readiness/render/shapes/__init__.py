"""The shape of each JSON that commands write: the one definition of its keys.

    forms      how single values are written
    shared     what several outputs say alike
    check      `check`
    commands   `settle`, `plan`, `claims`, `drill`, `diff` and `what-if`
    rules      `rules coverage` and `rules impact`

Renderers return these types, so that mypy holds each key to its definition; the JSON Schemas that
ship are made of them, docstrings included (`readiness.schema.outputs`). Keys may be added to an
output and never change; where one has to, its `schema_version` becomes the next number.
"""
