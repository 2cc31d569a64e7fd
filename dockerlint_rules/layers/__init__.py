"""``dockerlint layers``: the layers of a file, what each change rebuilds, and which data is lost with a container."""
