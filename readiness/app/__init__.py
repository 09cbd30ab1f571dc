"""The use cases, one function each: what the commands and the Python door both call.

Of an area:
    checking     a profile against the rulebook: a report
    explaining   one expectation, and one finding with its proof
    settling     what to ask for, and of whom
    imagining    what would follow if facts were otherwise
    comparing    what changed between two checks
    drilling     the day of the call
    planning     the improvement plan; plan_import brings it back from its workbook
    packing      everything that one check says
    batch        many profiles at once, in the processes of a pool

Of what an area holds:
    profiles     checking a profile, filling one, the workbook that asks for it
    returns      reading returns about single children into a part of a profile

Of the rulebook:
    rulebooks    which one is used (choice, revisions), and looking things up in it
    writing      a new page; editing, watching and migrating those that are there
    overlays     what an overlay makes of it
    impact       what an edit changes
    coverage     what is checked and what not
    documenting  the documentation site; schemas, what editors check pages by
    testing      the included councils

Import the module that you need: nothing else is loaded then.
"""
