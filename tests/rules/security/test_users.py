"""USER, and commands that create users."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF512",
            'FROM python:3.13\nRUN useradd -m web\nCMD ["python", "/a.py"]\n',
            'FROM python:3.13\nRUN useradd -m web\nUSER web\nCMD ["python", "/a.py"]\n',
            id="DF512-user",
        ),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, before) == after


@pytest.mark.parametrize(
    ("code", "run", "count"),
    [
        pytest.param("DF505", "useradd -u 1234567 app", 1, id="DF505-high"),
        pytest.param("DF505", "useradd -r \\\n  -u 100000 app", 1, id="DF505-continued"),
        pytest.param("DF505", "useradd -u 99999 app", 0, id="DF505-low"),
        pytest.param("DF505", "useradd -lu 1234567 app", 0, id="DF505-joined-flags"),
        pytest.param("DF505", "useradd -u ${APP_UID} app", 1, id="DF505-variable"),
        pytest.param("DF505", "useradd -u ${OTHER} app", 0, id="DF505-unknown-variable"),
        pytest.param("DF505", "adduser -u 1234567 app", 0, id="DF505-adduser"),
        pytest.param("DF505", "echo useradd -u 1234567 app", 0, id="DF505-text"),
    ],
)
def test_high_uid(code: str, run: str, count: int) -> None:
    text = f"FROM debian:12\nARG APP_UID=1234567\nRUN {run}\n"
    assert lines(code, text) == [3] * count
    assert fixed(code, text) == text.replace("useradd", "useradd -l", count)


def test_df505_in_a_heredoc_with_crlf() -> None:
    text = "FROM debian:12\r\nRUN <<EOF\r\nuseradd -u 1234567 app\r\nEOF\r\n"
    assert lines("DF505", text) == [3]


@pytest.mark.parametrize(
    ("code", "user", "count"),
    [
        pytest.param("DF506", "USER app", 1, id="DF506-name"),
        pytest.param("DF506", "user app", 1, id="DF506-lowercase-keyword"),
        pytest.param("DF506", "USER app:1000", 1, id="DF506-numeric-group"),
        pytest.param("DF506", "USER 1000:app", 0, id="DF506-named-group"),
        pytest.param("DF506", "USER $APP_USER", 0, id="DF506-arg"),
        pytest.param("DF506", "USER $OTHER", 1, id="DF506-not-an-arg"),
        pytest.param("DF506", "USER :1000", 0, id="DF506-group-only"),
    ],
)
def test_numeric_user(code: str, user: str, count: int) -> None:
    assert len(lines(code, f"FROM debian:12\nARG APP_USER=app\n{user}\n")) == count


@pytest.mark.parametrize(
    ("code", "text", "count"),
    [
        pytest.param(
            "DF512", "RUN adduser -D -h /srv app\nCMD python a.py\n", 1, id="DF512-adduser"
        ),
        pytest.param(
            "DF512", "RUN adduser \\\n  -D app\nCMD python a.py\n", 1, id="DF512-continued"
        ),
        pytest.param(
            "DF512", "run useradd app\r\ncmd python a.py\r\n", 1, id="DF512-lowercase-and-crlf"
        ),
        pytest.param(
            "DF512",
            "RUN useradd app && chown app /srv\nCMD python a.py\n",
            0,
            id="DF512-owns-files",
        ),
        pytest.param("DF512", "RUN useradd app\nCMD nginx\n", 0, id="DF512-server"),
        pytest.param("DF512", "RUN useradd app\nCMD ./python.sh\n", 0, id="DF512-script"),
        pytest.param("DF512", "RUN useradd $APP\nCMD python a.py\n", 0, id="DF512-variable"),
        pytest.param("DF512", "RUN useradd app\nUSER 1000\nCMD python a.py\n", 0, id="DF512-user"),
        pytest.param("DF512", "RUN useradd app\n", 0, id="DF512-nothing-started"),
    ],
)
def test_unused_user(code: str, text: str, count: int) -> None:
    assert len(lines(code, f"FROM python:3.13\n{text}")) == count
