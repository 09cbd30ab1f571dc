"""The pages of a rulebook as their authors see them.

style        the habits of the house, each with its reason
examples     running the examples that pages carry
branches     which branches of a condition its examples turn on
scenarios    synthetic councils with the verdicts that they must get
references   what names what
coverage     what is checked and what not, and what is due to be read again
"""
