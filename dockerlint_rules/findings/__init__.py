"""Findings and fixes, and the results of a run."""
