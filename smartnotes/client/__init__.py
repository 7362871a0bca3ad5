"""The notebook: one interface, local or remote."""
