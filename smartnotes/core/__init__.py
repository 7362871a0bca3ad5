"""Values, ports, steps and use cases: the standard library, pydantic, numpy and Pillow, nothing else."""
