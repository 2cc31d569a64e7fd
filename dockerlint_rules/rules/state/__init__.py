"""Rules about data that has to outlive its container: volumes, databases, uploads (DF4xx)."""
