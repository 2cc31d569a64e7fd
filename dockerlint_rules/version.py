"""The version and the home page, in a module that costs nothing to import."""

VERSION = "0.1.0"
HOME = "https://github.com/dockerlint/dockerlint-rules"
"""The project's home page."""
