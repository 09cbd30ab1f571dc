"""What is not known: what would settle it, and what would follow if it were known.

needs      what would settle a condition: things that somebody can bring
possible   what could be answered for a fact
settle     the smallest sets of things to ask for
asking     those things as questions that can be put to somebody
whatif     what would follow if some facts were otherwise
"""
