"""Layers: which instructions make one, what rebuilds it, and which files it contains."""
