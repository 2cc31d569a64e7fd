"""What a container starts."""
