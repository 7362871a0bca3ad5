"""Adapters for third-party engines: name -> "module:Class", imported on demand."""
