pytest_plugins = ["dockerlint_rules.pytest_examples"]
