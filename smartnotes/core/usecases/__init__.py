"""What a notebook can do: load, run steps, save. One function a use case, on ports; entry points only translate."""
