"""``dockerlint layers``: the layers of a file, what each change builds anew, and what is lost with a container."""
