"""Data that must outlive the container, and the volumes that hold it."""
