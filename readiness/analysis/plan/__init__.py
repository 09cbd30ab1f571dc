"""The improvement plan, and what a council claims of itself.

actions   a plan as actions, with what rule pages propose for gaps that none addresses
check     what its entries lack, and which gaps nothing addresses
effects   whether the impact of an action shows
claims    what is claimed beside what is held and found
"""
