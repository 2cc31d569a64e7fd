"""YAML and JSON to values with their places."""
