"""Scripts to commands, each with its place in the file."""
