"""The JSON that other programs rely on."""

from __future__ import annotations

import json

from format_builder import HOSTILE, finding, sample, tricky, write

from dockerlint_rules.findings.finding import Edit, Fix
from dockerlint_rules.findings.results import RunError
from dockerlint_rules.syntax.source import Source


def test_document_is_the_binding_one() -> None:
    source, findings = sample()
    errors = [RunError("b", "cannot be read: permission denied", "io")]
    assert json.loads(write("json", findings[1:2], [source], errors=errors)) == {
        "version": "0.1.0",
        "findings": [
            {
                "path": "Dockerfile",
                "line": 2,
                "column": 13,
                "end_line": 2,
                "end_column": 30,
                "code": "DF201",
                "name": "stale-package-index",
                "severity": "warning",
                "message": "The package index gets a layer of its own.",
                "aliases": ["DL3009"],
                "instruction": {"keyword": "RUN", "line": 2, "end_line": 2},
                "stage": "build",
                "url": "https://example.org/rules/DF201",
                "fix": {
                    "message": "update in the RUN of line 4",
                    "safety": "safe",
                    "edits": [
                        {"line": 4, "column": 13, "end_line": 4, "end_column": 13, "text": "U && "}
                    ],
                },
            }
        ],
        "errors": [{"path": "b", "message": "cannot be read: permission denied", "kind": "io"}],
        "summary": {
            "files": 1,
            "findings": 1,
            "fixable": 1,
            "by_severity": {"error": 0, "warning": 1, "info": 0, "style": 0},
            "seconds": 0.25,
        },
    }


def test_nothing_found_is_a_document_too() -> None:
    document = json.loads(write("json", [], [Source("")]))
    assert document["findings"] == []
    assert document["errors"] == []


def test_bytes_that_are_not_utf8_come_out_escaped_and_come_back() -> None:
    source = Source.from_bytes(b"ENV a=\xff\n", "d\udcff")
    one = finding(source, "\udcff", HOSTILE, fix=Fix("x", [Edit(0, 1, "\udcff")], safe=True))
    text = write("json", [one], [source])
    assert text.isascii()
    assert "\\udcff" in text
    read = json.loads(text)["findings"][0]
    assert (read["path"], read["message"]) == ("d\udcff", HOSTILE)
    assert read["fix"]["edits"][0]["text"] == "\udcff"


def test_edits_in_columns_give_what_the_offsets_give() -> None:
    source, findings = tricky()
    read = json.loads(write("json", findings, [source]))["findings"]
    edits = next(one["fix"]["edits"] for one in read if one["fix"])
    text = source.text
    for edit in reversed(edits):
        start = source.offset(edit["line"], edit["column"])
        end = source.offset(edit["end_line"], edit["end_column"])
        text = text[:start] + edit["text"] + text[end:]
    fix = next(one.fix for one in findings if one.fix)
    expected = source.text
    for planned in reversed(fix.edits):
        expected = expected[: planned.start] + planned.text + expected[planned.end :]
    assert text == expected


def test_findings_are_sorted() -> None:
    source, findings = sample()
    lines = [one["line"] for one in json.loads(write("json", findings, [source]))["findings"]]
    assert lines == [1, 2, 3]


def test_aliases_narrowed_to_none_stay_none() -> None:
    source = Source("FROM a\n")
    found = json.loads(write("json", [finding(source, "FROM", aliases=())], [source]))
    assert found["findings"][0]["aliases"] == []
