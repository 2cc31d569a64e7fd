"""How wget and curl are used."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("RUN wget u && curl u", [2], id="one-run"),
        pytest.param("run wget u\nrun curl u\nrun wget u", [3, 4], id="each-later-run"),
        pytest.param("ONBUILD RUN wget u\nRUN <<E\ncurl u\nE", [4], id="onbuild-and-heredoc"),
        pytest.param("RUN wget u\nFROM b\nRUN curl u", [], id="other-stage"),
        pytest.param("RUN apt-get install wget curl", [], id="install"),
    ],
)
def test_df625_both(text: str, found: list[int]) -> None:
    assert lines("DF625", f"FROM a\n{text}\n") == found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("RUN wget u", "RUN wget --progress=dot:giga u", id="plain"),
        pytest.param(
            "run a && \\\n  wget u", "run a && \\\n  wget --progress=dot:giga u", id="continued"
        ),
        pytest.param(
            'RUN ["wget", "u"]', 'RUN ["wget", "--progress=dot:giga", "u"]', id="exec-form"
        ),
        pytest.param("RUN wget -qO- u", "RUN wget -qO- u", id="quiet"),
        pytest.param("RUN wget -nv u", "RUN wget -nv u", id="no-verbose"),
        pytest.param("RUN wget u 2>/dev/null", "RUN wget u 2>/dev/null", id="redirected"),
        pytest.param("RUN echo wget u", "RUN echo wget u", id="text"),
    ],
)
def test_df627_fix(before: str, after: str) -> None:
    assert fixed("DF627", f"FROM a\r\n{before}\r\n") == f"FROM a\r\n{after}\r\n"
