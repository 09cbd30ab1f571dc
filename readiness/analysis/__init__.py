"""What verdicts mean for the people who have to answer for them.

findings    what became of each expectation, explained
unknowns    what would settle what is not known, and what would follow
changes     what differs between two checks or two rulebooks, and why
plan        the improvement plan, and what a council claims of itself
pages       the pages of a rulebook as their authors see them
drill       the day of the call
briefing    the lead member's briefing
"""
