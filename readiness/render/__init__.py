"""What people and machines read. Nothing is worked out here: it is laid out, and text is kept text.

text, json, report      a check: in a terminal, as data, as one HTML file
markdown, word          the lead member's briefing
settle, drill, batch    requests, the day of the call, the table of many councils
pack                    all of these in one folder
plan                    the improvement plan and claims, in each format
changes                 diff, impact, overlay, what-if
pages, site             the pages of a rulebook, in a terminal and as a documentation site
machine                 JUnit, SARIF, OSCAL
shapes                  the shape of each JSON output, from which its schema is made
"""
