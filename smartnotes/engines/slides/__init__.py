"""PowerPoint: slides as text, tables and figures, drawn without PowerPoint."""
