"""The version and the home page. This module imports nothing, so that every other module can import it cheaply."""

VERSION = "0.1.0"
HOME = "https://github.com/dockerlint/dockerlint-rules"
"""The project's home page."""
