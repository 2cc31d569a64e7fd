"""The build context: its files, its ignore file, and what COPY takes from it."""
