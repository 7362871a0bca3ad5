"""Values to bytes: PDF, DOCX, JSON, Markdown."""
