"""Sources of the example files; run `../make_examples.py`."""
