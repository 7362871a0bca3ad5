"""Routes: they translate and call a use case or a method of the notebook."""
