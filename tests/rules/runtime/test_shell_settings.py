"""The shell of a build, and settings that end with it."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF626",
            "FROM debian\nRUN ln -sf /bin/bash /bin/sh\n",
            'FROM debian\nSHELL ["/bin/bash", "-c"]\n',
            id="shell",
        ),
        pytest.param(
            "DF626",
            "FROM debian\nRUN rm /bin/sh && ln -s bash /bin/sh\n",
            'FROM debian\nSHELL ["/bin/bash", "-c"]\n',
            id="shell-in-the-place-of-one",
        ),
        pytest.param(
            "DF626",
            "FROM debian\nRUN ln -sf bash /bin/sh && make\n",
            "FROM debian\nRUN ln -sf bash /bin/sh && make\n",
            id="shell-and-more",
        ),
        pytest.param(
            "DF626",
            "FROM debian\nRUN ln -sf /bin/dash /bin/sh\n",
            "FROM debian\nRUN ln -sf /bin/dash /bin/sh\n",
            id="another-shell",
        ),
    ],
)
def test_df626_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, before) == after


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RUN ln -sf bash /usr/bin/sh", [2]),
        ("RUN make && \\\n  ln -sf bash /bin/sh", [3]),
        ("RUN ln -sf /bin/sh /bin/shell", []),
        ("RUN ln -sf bash", []),
    ],
)
def test_df626_link(text: str, found: list[int]) -> None:
    assert lines("DF626", f"FROM a\n{text}\n") == found


SETTINGS = {
    "export": ("RUN export A=1", [2]),
    "lower-case": ("run export A=1", [2]),
    "last-of-several": ("RUN make && \\\n  export A=1", [3]),
    "heredoc": ("RUN <<E\nmake\nulimit -n 9\nE", [4]),
    "source": ("RUN . /opt/venv/bin/activate", [2]),
    "umask": ("RUN umask 077", [2]),
    "used": ("RUN export A=1 && make", []),
    "prints": ("RUN export", []),
    "limits-printed": ("RUN ulimit -a", []),
    "installer": ("RUN . ./install", []),
    "subshell": ("RUN sh -c 'export A=1'", []),
    "conditional": ("RUN a || export A=1", []),
    "windows": ('SHELL ["powershell", "-c"]\nRUN alias a b', []),
    "env": ("ENV A=1", []),
}


@pytest.mark.parametrize(("text", "found"), SETTINGS.values(), ids=SETTINGS)
def test_df630_setting(text: str, found: list[int]) -> None:
    assert lines("DF630", f"FROM a\n{text}\n") == found


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("export A=1", "the variable is lost when this RUN ends. Use ENV, or"),
        ("ulimit -n 9", "the limit is lost when this RUN ends. Use 'docker run --ulimit', or"),
        (". ./env", "its settings are lost when this RUN ends. Put it into the RUN"),
    ],
)
def test_df630_message(command: str, message: str) -> None:
    (one,) = run("DF630", f"FROM a\nRUN {command}\n").findings
    assert message in one.message
