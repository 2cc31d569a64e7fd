"""What PowerShell fetches and runs, beyond the examples on the page."""

from __future__ import annotations

import pytest

from dockerlint_rules.engine.lint import Settings, lint_source
from dockerlint_rules.model.stages import Build
from dockerlint_rules.registry.rule import RULES, Plan
from dockerlint_rules.rules.packages import remote_scripts
from dockerlint_rules.syntax.source import Source

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
        pytest.param("apiex iwr", [], id="part-of-a-word"),
        pytest.param("iwr https://example.com/a | iex-log", [], id="name-goes-on"),
    ],
)
def test_rule(script: str, expected: list[int]) -> None:
    assert remote_scripts.unverified_powershell_script
    result = lint_source(
        Source(f"FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN {script}\n"),
        Settings(Plan([RULES["DF250"]]), Build(today="2026-11-24")),
    )
    assert not result.failures
    assert [one.line for one in result.findings] == expected
