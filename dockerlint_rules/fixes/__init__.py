"""Edits that rules make, and how fixes are applied and verified."""
