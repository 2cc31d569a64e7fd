"""Edits that rules make, and how they are applied and verified."""
