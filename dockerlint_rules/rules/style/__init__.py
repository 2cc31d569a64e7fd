"""Rules about style."""
