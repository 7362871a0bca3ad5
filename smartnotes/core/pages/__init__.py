"""What is on a page: its lines, blocks, tables, figures and their places."""
