"""GitHub's commands, GitLab's report, and the two XML formats."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from format_builder import HOSTILE, finding, sample, tricky, write

from dockerlint_rules.findings.results import RunError
from dockerlint_rules.formats import FORMATS, Format, format_class
from dockerlint_rules.formats.github import MOST_ROWS
from dockerlint_rules.syntax.source import Source

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _outside_of_a_workflow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_in_the_table_can_be_loaded(name: str) -> None:
    assert issubclass(format_class(name), Format)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_an_empty_run(name: str) -> None:
    write(name, [], [])


@pytest.mark.parametrize("name", FORMATS)
def test_same_input_gives_the_same_text_that_any_stream_takes(name: str) -> None:
    source, findings = tricky("odd\udcff/Dockerfile")
    text = write(name, findings, [source], errors=[RunError(HOSTILE, HOSTILE, "io")])
    assert text == write(name, findings[::-1], [source], errors=[RunError(HOSTILE, HOSTILE, "io")])
    text.encode("utf-8")
    assert "\x1b" not in text


def test_github_commands_are_sorted_by_severity() -> None:
    source, findings = sample()
    assert write("github", findings, [source]) == (
        "::error file=Dockerfile,line=1,endLine=1,col=13,endColumn=25,title=DF110 end-of-life-base"
        "::'python:3.6.4' has had no security fixes since 2021-12-23; 'python:3.13' has.\n"
        "::warning file=Dockerfile,line=2,endLine=2,col=13,endColumn=30,"
        "title=DF201 stale-package-index::The package index gets a layer of its own.\n"
        "::notice file=Dockerfile,line=3,endLine=3,col=1,endColumn=36,title=DF901 wide-line"
        "::Wide.\n"
        "Found 3 problems in 1 file: 1 error, 1 warning, 1 note. "
        '1 fixable with --fix. Run "dockerlint explain DF110" for details.\n'
    )


def test_github_drops_columns_of_a_range_over_lines() -> None:
    source = Source("RUN a \\\n b\n")
    line = write("github", [finding(source, "a \\\n b")], [source]).splitlines()[0]
    assert line.startswith("::warning file=Dockerfile,line=1,endLine=2,title=")


def test_github_hostile_text_makes_no_command_and_no_property() -> None:
    source = Source("FROM a\n", "a,line=9::b%\n::error::x")
    one = finding(source, "FROM", HOSTILE, name="n,file=x::y", code="DF1\n")
    errors = [RunError("p,q:r\n::error::", "m\n::error::z", "io")]
    lines = write("github", [one], [source], errors=errors).splitlines()
    assert len(lines) == 3
    assert lines[0] == "::error file=p%2Cq%3Ar%0A%3A%3Aerror%3A%3A::m%0A::error::z"
    command, message = re.fullmatch(r"::warning ([^\n]*?)::(.*)", lines[1]).groups()  # type: ignore[union-attr]
    properties = dict(part.split("=", 1) for part in command.split(","))
    assert list(properties) == ["file", "line", "endLine", "col", "endColumn", "title"]
    assert properties["file"] == "a%2Cline=9%3A%3Ab%25%0A%3A%3Aerror%3A%3Ax"
    assert message == "␛[31mred␛]0;t␇ 100%25%0A::error::forged%0D <U+202E>evil <FF> <U+009B> ␡"


def test_github_appends_a_table_to_the_step_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "summary.md"
    target.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(target))
    source = Source("FROM a\n")
    hostile = finding(source, "FROM", "a|b <b> [x](http://e) `c` @you\n## d")
    write("github", [hostile], [source])
    assert target.read_text(encoding="utf-8").splitlines() == [
        "before",
        "### dockerlint",
        "",
        "| Location | Severity | Rule | Message |",
        "| --- | --- | --- | --- |",
        r"| Dockerfile\:1\:1 | warning | [DF201](https://example.org/rules/DF201)"
        r" stale-package-index | a\|b \<b\> \[x\]\(http\://e\) \`c\` \@you␊\#\# d |",
        "",
        'Found 1 problem in 1 file\\: 1 warning. Run "dockerlint explain DF201" for details.',
    ]


def test_github_table_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(target))
    source = Source("FROM a\n")
    many = [finding(source, "FROM", "long " * 500) for _ in range(MOST_ROWS + 2)]
    write("github", many, [source])
    text = target.read_text(encoding="utf-8")
    assert text.count("\n| Dockerfile") == MOST_ROWS
    assert "… and 2 more problems." in text
    assert len(text.encode()) < 1 << 20


def test_github_goes_on_when_the_summary_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    assert "No problems found" in write("github", [], [])
    assert "GITHUB_STEP_SUMMARY cannot be written" in capsys.readouterr().err


def test_gitlab_of_nothing_is_an_empty_array() -> None:
    assert write("gitlab", [], []) == "[]\n"


def test_gitlab_entry() -> None:
    source, findings = sample("./sub/Dockerfile")
    entry = json.loads(write("gitlab", findings, [source]))[1]
    assert len(entry.pop("fingerprint")) == 64
    assert entry == {
        "description": "The package index gets a layer of its own.",
        "check_name": "DF201",
        "severity": "major",
        "location": {"path": "sub/Dockerfile", "lines": {"begin": 2, "end": 2}},
    }


def test_gitlab_fingerprints_are_unique_and_survive_inserted_lines() -> None:
    text = "RUN a\nRUN a\nRUN b\n"

    def fingerprints(text: str) -> list[str]:
        source = Source(text)
        rows = [source.line_span(n) for n in range(1, 9) if source.line(n).startswith("RUN")]
        findings = [finding(source, row) for row in rows] + [finding(source, rows[0], "Other.")]
        return [one["fingerprint"] for one in json.loads(write("gitlab", findings, [source]))]

    assert len(set(fingerprints(text))) == 4
    assert fingerprints("FROM x\n\n" + text) == fingerprints(text)


def test_checkstyle() -> None:
    source, findings = sample()
    errors = [RunError("a<&\"'>", "bad\x00\n", "plugin")]
    assert write("checkstyle", findings[1:2], [source], errors=errors) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<checkstyle version="4.3">\n'
        '  <file name="Dockerfile">\n'
        '    <error line="2" column="13" severity="warning" message="The package index gets a layer'
        ' of its own." source="dockerlint.DF201"/>\n'
        "  </file>\n"
        '  <file name="a&lt;&amp;&quot;\'&gt;">\n'
        '    <error line="1" column="1" severity="error" message="bad&#65533;&#10;"'
        ' source="dockerlint.plugin"/>\n'
        "  </file>\n"
        "</checkstyle>\n"
    )


def test_junit() -> None:
    source, findings = sample()
    clean = Source("", "clean/Dockerfile")
    errors = [RunError(None, "boom", "internal")]
    assert write("junit", findings[1:2], [source, clean], errors=errors) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<testsuites>\n"
        '  <testsuite name="dockerlint" tests="3" failures="1" errors="1" time="0.250">\n'
        '    <testcase classname="dockerlint" name="internal">\n'
        '      <error type="internal" message="boom"/>\n'
        "    </testcase>\n"
        '    <testcase classname="Dockerfile" name="DF201 stale-package-index at 2:13"'
        ' file="Dockerfile" line="2">\n'
        '      <failure type="warning" message="The package index gets a layer of its own.">'
        "Dockerfile:2:13: DF201 warning: The package index gets a layer of its own."
        " (stale-package-index)</failure>\n"
        "    </testcase>\n"
        '    <testcase classname="clean/Dockerfile" name="dockerlint"/>\n'
        "  </testsuite>\n"
        "</testsuites>\n"
    )


@pytest.mark.parametrize("name", ["checkstyle", "junit"])
def test_hostile_text_stays_well_formed_xml(name: str) -> None:
    source = Source("FROM a\n", f"p{HOSTILE}\ufffe")
    one = finding(source, "FROM", HOSTILE + "]]></failure>\t😀", name=HOSTILE)
    root = ElementTree.fromstring(write(name, [one], [source]))
    message = next(node.get("message") for node in root.iter() if node.get("message"))
    assert (
        message
        == HOSTILE.replace("\x1b", "\ufffd").replace("\x07", "\ufffd").replace("\udcff", "\ufffd")
        + "]]></failure>\t😀"
    )
