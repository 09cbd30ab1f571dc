"""The documentation site of a rulebook: plain files, well formed by construction."""
