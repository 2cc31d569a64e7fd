"""What commands download, and what a container starts."""
