"""What changed, would change, or is changed: checks, edits, overlays and suppositions."""
