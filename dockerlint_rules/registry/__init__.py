"""The rule decorator, a rule's page, and which rule is called when."""
