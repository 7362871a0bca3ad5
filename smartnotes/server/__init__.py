"""The gateway: HTTP and WebSocket in front of the notebook of each user."""
