"""The improvement plan and the claims beside it: as text, Markdown, Word, workbook and data."""
