"""Installs of R packages, beyond the examples on the page."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF226", "RUN Rscript -e 'install.packages(\"a\")'", [2], id="DF226-rscript"),
        pytest.param(
            "DF226", "run R --slave \\\n  -e \"install.packages('a')\"", [3], id="DF226-continued"
        ),
        pytest.param(
            "DF226", "RUN <<EOF\nR -e \"install.packages('a')\"\nEOF", [3], id="DF226-heredoc"
        ),
        pytest.param(
            "DF226", "RUN R -e \"install.packages('a'); library(a)\"", [], id="DF226-checked"
        ),
        pytest.param("DF226", "RUN Rscript install.R", [], id="DF226-script-file"),
        pytest.param("DF226", "RUN echo install.packages", [], id="DF226-another-program"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM r-base:4.5.1\n{body}\n") == expected
