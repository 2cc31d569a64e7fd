"""Generated tables; see dockerlint_rules.knowledge."""
