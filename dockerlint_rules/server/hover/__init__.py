"""Hover: what is known of a place, in words."""
