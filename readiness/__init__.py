"""Inspection readiness as code, for English councils' children's services."""

__version__ = "0.1.0"
