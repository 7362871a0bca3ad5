"""Small values for tests, with everything that does not matter filled in."""
