"""What differs between two checks or two rulebooks, and why.

compare        two checks, each difference proved by playing it again
causes         what changed, in words
earlier        results of earlier checks, of which only their JSON is left
rulebook_diff  two rulebooks, page by page
impact         which verdicts of a council an edit of the rulebook flips
"""
