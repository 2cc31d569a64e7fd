"""Package-manager calls, and what they install."""
