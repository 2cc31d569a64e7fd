"""Which files of a repository belong together."""
