"""Remote scripts, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param(
            "DF240", "RUN curl -fsSL https://e.com/a | bash -s -- -y", [2], id="DF240-arguments"
        ),
        pytest.param("DF240", "RUN curl -fsSL https://e.com/a | sudo bash", [2], id="DF240-sudo"),
        pytest.param("DF240", "RUN wget -qO- https://e.com/a | tar xz", [], id="DF240-archive"),
        pytest.param(
            "DF240", "RUN curl https://e.com/a | python -m json.tool", [], id="DF240-read"
        ),
        pytest.param("DF240", "RUN curl -I https://e.com/a | sh", [], id="DF240-head"),
        pytest.param(
            "DF240", 'RUN sh -c "$(curl -fsSL https://e.com/a)"', [2], id="DF240-substituted"
        ),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


FETCH = "(New-Object Net.WebClient).DownloadString('https://example.com/a.ps1')"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(f"iex ({FETCH})", [2], id="evaluated"),
        pytest.param(f"Invoke-Expression -Command {FETCH}", [2], id="long-name"),
        pytest.param("IWR -Uri https://example.com/a | IEX", [2], id="upper-case"),
        pytest.param(f"{FETCH} | iex", [2], id="download-before-a-pipe"),
        pytest.param("irm https://example.com/a | iex; choco -?", [2], id="more-behind"),
        pytest.param("iwr https://example.com/a -OutFile a; iex ./a", [], id="two-statements"),
        pytest.param(f"$v = {FETCH}; Write-Host $v", [], id="only-read"),
        pytest.param("iex 'dir'", [], id="nothing-fetched"),
        pytest.param("iex" + " x" * 201 + " iwr", [], id="far-away"),
        pytest.param("iwr a | iwr b | iex", [2], id="second-download"),
        pytest.param("iwr a | tee b; iex c", [], id="other-pipe"),
        pytest.param("apiex iwr", [], id="part-of-a-word"),
        pytest.param("iwr https://example.com/a | iex-log", [], id="name-goes-on"),
    ],
)
def test_df250_downloads_that_are_evaluated(script: str, expected: list[int]) -> None:
    text = f"FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN {script}\n"
    assert lines("DF250", text) == expected
