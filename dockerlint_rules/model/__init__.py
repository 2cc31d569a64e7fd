"""Instructions to what is built: stages, variables, images, packages, layers, state."""
