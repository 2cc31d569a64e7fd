"""Image references, and what is known about images."""
