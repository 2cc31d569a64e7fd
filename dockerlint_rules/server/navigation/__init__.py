"""Navigation: outlines, links, definitions, references, renaming, hints on layers."""
