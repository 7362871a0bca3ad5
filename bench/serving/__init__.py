"""The parts of `bench/server.py`: a stage with real servers on free ports, and what is measured on it."""
