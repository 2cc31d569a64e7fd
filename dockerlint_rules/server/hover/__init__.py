"""Hovers: what is known about the element under the mouse."""
