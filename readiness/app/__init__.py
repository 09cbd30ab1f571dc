"""The use cases, one function each: what the commands and the Python door both call.

    rulebooks    which rulebook is used, and looking things up in it
    checking     a profile against the rulebook: a report
    explaining   one expectation, and one finding with its proof
    editing      rule pages: everything wrong at once, and their examples
    testing      the included councils
    profiles     checking a profile, and filling one from published figures

Import the module that you need: nothing else is loaded then.
"""
