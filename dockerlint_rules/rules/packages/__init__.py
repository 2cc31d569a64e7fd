"""Rules about packages: installs, caches, pinned versions and downloads (DF2xx)."""
