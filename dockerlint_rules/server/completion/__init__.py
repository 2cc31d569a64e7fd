"""Completion: what may stand at a place, by what the parser makes of the text up to there."""
