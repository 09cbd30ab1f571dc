"""The pages of a rulebook, each written once, for the terminal and the documentation site."""
