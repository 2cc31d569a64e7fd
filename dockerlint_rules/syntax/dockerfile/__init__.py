"""Text to instructions, exactly as BuildKit reads them."""
