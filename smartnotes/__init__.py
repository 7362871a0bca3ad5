"""Turns lecture material into study material."""
