"""Rules about build stages, what they copy from each other, and variables (DF7xx)."""
