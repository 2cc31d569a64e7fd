"""Failed installs that do not stop the build."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run

SEMICOLONS = {
    "install": ("RUN dnf install -y a; dnf clean all", [2]),
    "lower-case": ("run dnf install -y a; dnf clean all", [2]),
    "update": ("RUN apt-get update; apt-get install -y a", [2]),
    "continued": ("RUN a \\\n  && pip install b; \\\n  c", [3]),
    "heredoc": ("RUN <<E\npip install a; b\nE", [3]),
    "only-the-first-of-a-run": ("RUN pip install a; pip install b; c", [2]),
    "last": ("RUN dnf clean all; dnf install -y a", []),
    "and": ("RUN dnf install -y a && dnf clean all", []),
    "errexit": ("RUN set -e; dnf install -y a; dnf clean all", []),
    "shell": ('SHELL ["/bin/sh", "-ec"]\nRUN dnf install -y a; b', []),
    "windows": ('SHELL ["powershell", "-c"]\nRUN pip install a; b', []),
    "subshell": ("RUN a \"$(pip install a; b)\"", []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "found"), SEMICOLONS.values(), ids=SEMICOLONS)
def test_df628_semicolon(text: str, found: list[int]) -> None:
    assert lines("DF628", f"FROM a\n{text}\n") == found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN pip install a; b", "RUN pip install a && b"),
        ("RUN pip install a ; b", "RUN pip install a && b"),
        ("RUN pip install a; pip install b; c", "RUN pip install a && pip install b && c"),
        ("RUN pip install a; \\\r\n  b; c", "RUN pip install a && \\\r\n  b; c"),
    ],
)
def test_df628_fix(before: str, after: str) -> None:
    assert fixed("DF628", f"FROM a\r\n{before}\r\n") == f"FROM a\r\n{after}\r\n"


IGNORED = {
    "true": ("RUN apt-get install -y a || true", "'|| true' hides a failure of 'apt-get'"),
    "colon": ("run pip install a || :", "'|| :' hides a failure of 'pip'"),
    "exit": ("RUN apk add a; exit 0", "'; exit 0' hides a failure of 'apk'"),
    "continued": ("RUN make && \\\n  dpkg -i a.deb || true", "'|| true' hides a failure of 'dpkg'"),
    "heredoc": ("RUN <<E\npip install a || true\nE", "'|| true' hides a failure of 'pip'"),
    "exit-1": ("RUN apk add a || exit 1", None),
    "another-command": ("RUN apk add a || apk add b", None),
    "no-install": ("RUN rm a || true", None),
    "fetched-only": ("RUN go get a || true", None),
    "in-a-branch": ("RUN if a; then pip install b || true; fi", None),
}


@pytest.mark.parametrize(("text", "message"), IGNORED.values(), ids=IGNORED)
def test_df629_ignored(text: str, message: str | None) -> None:
    found = run("DF629", f"FROM a\n{text}\n").findings
    assert [one.message.partition(",")[0] for one in found] == ([message] if message else [])
