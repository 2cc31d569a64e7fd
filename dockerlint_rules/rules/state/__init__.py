"""Rules about state."""
