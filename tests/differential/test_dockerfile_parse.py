"""Comparison with dockerfile-parse: ``docs/dependencies.md`` lists every kind of difference."""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import open_corpus
import pytest
from dockerfile_parse import DockerfileParser

from dockerlint_rules import lint, parse
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.registry.page import Page

if TYPE_CHECKING:
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction

ROOT = Path(__file__).parent.parent.parent
DOCS = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
OTHER = "anything else"


def theirs(data: bytes) -> list[tuple[str, int, int, str]]:
    """Keyword, first and last line (from 1) and value without blanks of each instruction, by dockerfile-parse."""
    structure = DockerfileParser(fileobj=BytesIO(data)).structure
    return [
        (
            one["instruction"],
            one["startline"] + 1,
            one["endline"] + 1,
            _without_blanks(one["value"]),
        )
        for one in structure
        if one["instruction"] != "COMMENT"
    ]


def ours(instructions: list[Instruction]) -> list[tuple[str, int, int, str]]:
    """The same by our parser."""
    return [
        (
            one.keyword,
            one.line,
            one.end_line,
            _without_blanks(one.logical.text.strip()[len(one.keyword) :]),
        )
        for one in instructions
    ]


def _without_blanks(text: str | None) -> str:
    return "".join((text or "").split())


def kind_of(data: bytes) -> str:
    """Why the two results differ; empty if they are equal."""
    try:
        read = theirs(data)
    except UnicodeDecodeError:
        return "a byte that is not UTF-8"
    found = parse(data)
    own = ours(found.instructions)
    if read == own:
        return ""
    if any(one.heredocs for one in found.instructions):
        return "heredocs"
    source = found.source
    lines = [source.line(number) for number in range(1, source.line_count + 1)]
    spans = [(one.line, one.end_line) for one in found.instructions]
    if any(not line.strip() for first, last in spans for line in lines[first - 1 : last]):
        return "an empty line inside a continued instruction"
    escape = found.document.escape
    if any(line.rstrip().endswith(2 * escape) for line in lines):
        return "a line that ends in two escape characters"
    if lines and lines[-1].rstrip().endswith(escape):
        return "an escape character at the end of the file"
    starts = [lines[first - 1].split() for first, _ in spans]
    if any(words and words[0].endswith(escape) for words in starts):
        return "an escape character directly before or after the keyword"
    if any(len(words) == 1 for words in starts):
        return "a keyword alone at the end of the file, without a newline"
    return OTHER


def documented_kinds() -> dict[str, int]:
    """The kinds in the docs, each with its number of files of the open corpus."""
    rows = re.findall(r"^\| ([^|]+) \| (\d[\d,]*) \| [^|]+ \|$", DOCS, re.M)
    return {kind: int(count.replace(",", "")) for kind, count in rows}


CASES = {
    "": b"FROM a\nRUN b \\\n  # comment\n  && c\nCMD d\n",
    "heredocs": b"FROM a\nRUN <<EOF\nADD x\nEOF\n",
    "an empty line inside a continued instruction": b"FROM a\nRUN b \\\n\n  && c d\n",
    "a line that ends in two escape characters": b"FROM a\nENV A b\\\\\nENV C d\n",
    "an escape character directly before or after the keyword": b"FROM a\nRUN\\\n b\n",
    "a keyword alone at the end of the file, without a newline": b"FROM a\nRUN",
    "an escape character at the end of the file": b"FROM a\nRUN b \\",
    "a byte that is not UTF-8": b"FROM a\nRUN \xff\n",
}


@pytest.mark.parametrize(("kind", "data"), CASES.items(), ids=CASES)
def test_each_case_is_documented(kind: str, data: bytes) -> None:
    assert kind_of(data) == kind
    assert not kind or kind in documented_kinds()


def test_each_documented_kind_has_a_case() -> None:
    assert {*documented_kinds()} == {kind for kind in CASES if kind}


def examples() -> list[tuple[str, str]]:
    """Every code block of every rule's page."""
    return [
        (f"{rule.code}-{number}", example.text)
        for rule in builtin_rules()
        for number, example in enumerate(Page(rule.doc).examples)
    ]


def test_examples_of_all_rules() -> None:
    kinds = {name: kind_of(text.encode("utf-8", "surrogateescape")) for name, text in examples()}
    assert {kind for kind in kinds.values() if kind} <= {*documented_kinds()}, [
        name for name, kind in kinds.items() if kind == OTHER
    ]
    assert len([kind for kind in kinds.values() if not kind]) > 0.8 * len(kinds)


def test_counts_in_the_docs() -> None:
    folder = open_corpus.folder()
    if folder is None:
        pytest.skip("needs the open corpus")
    counts = Counter(kind_of(path.read_bytes()) for path in sorted((folder / "files").iterdir()))
    same = counts.pop("")
    assert dict(counts) == {kind: count for kind, count in documented_kinds().items() if count}
    assert f"{same:,} of {same + counts.total():,} files" in DOCS


# -- lint(DockerfileParser) and the parameter ----------------------------------------------------------


def codes(target: object) -> list[tuple[str, str, int]]:
    return [(one.path, one.code, one.line) for one in lint(target, config={"select": ["DF102"]})]


def test_a_parser_over_a_path(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"FROM a:1\n# \xff\nFROM b:latest\n")
    for parser in (DockerfileParser(str(path)), DockerfileParser(str(tmp_path))):
        assert codes(parser) == [(str(path), "DF102", 3)]


def test_a_parser_over_a_file_object() -> None:
    file = BytesIO(b"FROM b:latest\n")
    parser = DockerfileParser(fileobj=file)
    assert codes(parser) == [("Dockerfile", "DF102", 1)]
    file.write(b"")
    assert file.tell() == 0
    assert parser.baseimage == "b:latest"


def test_cached_content_without_a_file(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM b:latest\n")
    parser = DockerfileParser(str(tmp_path), cache_content=True)
    (tmp_path / "Dockerfile").unlink()
    assert codes(parser) == [(str(tmp_path / "Dockerfile"), "DF102", 1)]


def test_changed_content(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM b:1\n")
    parser = DockerfileParser(str(tmp_path))
    parser.baseimage = "c:latest"
    assert codes(parser) == [(str(tmp_path / "Dockerfile"), "DF102", 1)]


def test_a_subclass_and_a_missing_file(tmp_path: Path) -> None:
    class Subclass(DockerfileParser):
        """A subclass."""

    with pytest.raises(FileNotFoundError):
        lint(Subclass(str(tmp_path)))


def test_rule_parameter() -> None:
    from dockerlint_rules.testing import assert_findings

    def check(dockerfile_parser):  # type: ignore[no-untyped-def]
        for one in dockerfile_parser.structure:
            if one["instruction"] == "RUN":
                yield one["startline"] + 1, 0, f"ACM001 {dockerfile_parser.baseimage}"

    [finding] = assert_findings(check, "FROM debian:13\nRUN true\n#^^\n")
    assert finding.message == "debian:13"


def test_rule_parameter_with_invalid_utf_8(tmp_path: Path) -> None:
    from dockerlint_rules.plugins.dockerfile_parse import parser_of
    from dockerlint_rules.syntax.source import Source

    source = Source.from_bytes(b"FROM a\nLABEL x=\xff\n", str(tmp_path / "Dockerfile"))
    parser = parser_of(source)
    assert parser.labels == {"x": "?"}
    parser.labels = {}
    assert source.text == "FROM a\nLABEL x=\udcff\n"
    assert not (tmp_path / "Dockerfile").exists()
