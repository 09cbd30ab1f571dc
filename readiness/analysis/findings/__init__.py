"""What became of each expectation, explained.

build      from an evaluation to findings, in the order of reading
held       what is held of each fact: values, evidence, who is affected
expected   what is expected, in words and with its limits
doubts     why something is not known or does not apply, and what would settle it
proof      each node of the conditions with what it came to
sums       which figures would tell a small count that another hides
charts     values over time with XmR limits, and values among published figures
drawn      what a report draws, each thing once
"""
