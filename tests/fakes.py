"""Engines that behave as a test needs: scripted, slow, crashing."""
