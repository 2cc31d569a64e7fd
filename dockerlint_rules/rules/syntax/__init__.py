"""Rules about syntax: what BuildKit cannot parse, and ignore comments (DF0xx)."""
