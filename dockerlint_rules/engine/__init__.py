"""One source to findings, and many files to a report."""
