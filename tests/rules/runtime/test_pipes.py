"""Pipes that mask a failure."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run

PIPES = {
    "download": ("RUN curl -f u | tar x", [2]),
    "lower-case": ("run curl -f u | tar x", [2]),
    "flag": ("RUN --network=none curl -f u | tar x", [2]),
    "heredoc": ("RUN <<E\ncurl -f u | tar x\nE", [3]),
    "continued": ("RUN a && \\\n  curl -f u | \\\n  tar x", [3]),
    "only-the-first-of-a-run": ("RUN curl -f u | tar x; curl -f v | tar x", [2]),
    "in-the-middle": ("RUN echo a | make | tee b", [2]),
    "harmless": ("RUN echo a | tee b", []),
    "checked": ("RUN curl -f u | sha256sum -c", []),
    "ignored": ("RUN curl -f u | tar x || true", []),
    "set": ("RUN set -o pipefail; curl -f u | tar x", []),
    "shell": ('SHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN curl -f u | tar x', []),
    "powershell": ('SHELL ["powershell", "-c"]\nRUN curl u | foo', []),
    "exec-form": ('RUN ["bash", "-c", "curl -f u | tar x"]', []),
    "text": ("RUN echo 'curl | tar'", []),
}


@pytest.mark.parametrize(("text", "found"), PIPES.values(), ids=PIPES)
def test_df623_pipe(text: str, found: list[int]) -> None:
    assert lines("DF623", f"FROM debian:12\n{text}\n") == found


@pytest.mark.parametrize(
    ("base", "before", "after"),
    [
        pytest.param(
            "debian:12",
            "RUN a | b\r\nRUN c | d",
            'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\r\nRUN a | b\r\nRUN c | d',
            id="one-shell-for-two",
        ),
        pytest.param("alpine:3", "RUN a | b", "RUN set -o pipefail && a | b", id="set"),
        pytest.param("alpine:3", "RUN set -e; a | b", "RUN set -eo pipefail; a | b", id="set-e"),
        pytest.param("team/app", "RUN a | b", "RUN a | b", id="unknown-image"),
        pytest.param("alpine:3", "RUN <<E\na | b\nE", "RUN <<E\na | b\nE", id="heredoc"),
    ],
)
def test_df623_fix(base: str, before: str, after: str) -> None:
    # The edit of a shared SHELL is one edit for both findings.
    text = f"FROM {base}\r\n{before}\r\n"
    edits = {
        (edit.start, edit.end): edit.text
        for one in run("DF623", text).findings
        if one.fix
        for edit in one.fix.edits
    }
    for (start, end), new in sorted(edits.items(), reverse=True):
        text = text[:start] + new + text[end:]
    assert text == f"FROM {base}\r\n{after}\r\n"


def test_df623_message_names_both_commands() -> None:
    (one,) = run("DF623", "FROM debian:12\nRUN curl -f u | sudo tar x\n").findings
    assert one.message.startswith(
        "The pipe's exit status is that of 'tar', so the build may continue when 'curl' fails."
    )
    (one,) = run("DF623", "FROM debian:12\nRUN curl -f u | $TOOL\n").findings
    assert one.message.startswith("The pipe's exit status is that of its last command, ")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RUN echo a | tee b", [2]),
        ("ONBUILD RUN a | b", [2]),
        ("RUN a || b", []),
        ('RUN ["bash", "-c", "a | b"]', [2]),
        ('RUN ["bash", "-o", "pipefail", "-c", "a | b"]', []),
    ],
)
def test_df632_pipe(text: str, found: list[int]) -> None:
    assert lines("DF632", f"FROM debian:12\n{text}\n") == found
    assert fixed("DF632", f"FROM debian:12\n{text}\n") == f"FROM debian:12\n{text}\n"
