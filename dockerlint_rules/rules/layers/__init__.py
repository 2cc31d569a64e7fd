"""Rules about layers, the build cache and the build context (DF3xx)."""
