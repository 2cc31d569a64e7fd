"""What the server's threads put into its inbox: pairs of one of these kinds and a value."""

from __future__ import annotations

MESSAGE = "message"
"""A message of the client, as bytes of JSON."""
INVALID_MESSAGE = "invalid message"
"""A message that cannot be read: the InvalidMessage."""
CONNECTION_CLOSED = "connection closed"
"""The client is gone: None."""
SHELLCHECK_FINISHED = "shellcheck finished"
"""ShellCheck's findings in a file: the file, the text that was checked, the settings, the findings, and
why there are none."""
FILES_CHANGED = "files changed"
"""A file on the disk that findings depend on has changed: None."""
