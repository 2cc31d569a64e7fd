"""Rules about base images: what FROM names, and how long it is supported (DF1xx)."""
