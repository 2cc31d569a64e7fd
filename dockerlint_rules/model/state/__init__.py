"""The data that servers and databases keep."""
