"""The disk: bytes in, bytes out."""
