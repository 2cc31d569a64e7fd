"""Text to instructions, exactly as BuildKit reads them; imports nothing else of ours."""
