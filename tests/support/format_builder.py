"""Findings, rules and runs made by hand, for the tests of the formats."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.findings.results import RunError, RunResult
from dockerlint_rules.formats import Format, format_class
from dockerlint_rules.formats.context import ReportContext
from dockerlint_rules.syntax.source import Source, Span

HOSTILE = "\x1b[31mred\x1b]0;t\x07 100%\n::error::forged\r \u202eevil \udcff \x9b \x7f"


def span_of(source: Source, part: str, occurrence: int = 1) -> Span:
    """The place of the nth occurrence of *part*."""
    at = -1
    for _ in range(occurrence):
        at = source.text.index(part, at + 1)
    return Span(at, at + len(part))


def finding(
    source: Source,
    part: str | Span,
    message: str = "Something is wrong.",
    *,
    code: str = "DF201",
    name: str = "stale-package-index",
    severity: str = "warning",
    **more: Any,
) -> Finding:
    """A finding as the engine leaves it."""
    span = part if isinstance(part, Span) else span_of(source, part)
    made = Finding.at(span, message, **more)
    made.path = source.filename
    made.start, made.end = span.start, span.end
    made.line, made.column = source.position(span.start)
    made.end_line, made.end_column = source.position(span.end)
    made.code, made.name, made.severity = code, name, Severity(severity)
    made.url = f"https://example.org/rules/{code}"
    return made


def rule(code: str = "DF201", name: str = "stale-package-index", **more: Any) -> Any:
    """A rule as formats see it."""
    values = {
        "code": code,
        "name": name,
        "severity": Severity.WARNING,
        "aliases": ("DL3009",),
        "title": "Package index is updated in a layer of its own.",
        "why": "The layer stays in the cache, so later installs use an old index.",
        "page_markdown": f"# {code}\n\nUpdate and install in one RUN.",
        "url": f"https://example.org/rules/{code}",
        "fix": "safe",
        "tags": ("packages",),
        "security_severity": None,
        "default": True,
    }
    return SimpleNamespace(**{**values, **more})


RULES = {
    one.code: one
    for one in (
        rule(),
        rule("DF110", "end-of-life-base", severity=Severity.ERROR, tags=("base-image",)),
        rule(
            "DF501",
            "secret-in-env",
            title="Secret is written into the image",
            tags=("security",),
            security_severity="7.5",
        ),
        rule("DF901", "wide-line", severity=Severity.STYLE, tags=(), why="", page_markdown=""),
        rule("ACM001", "acme-label", origin="dockerlint-acme 1.2.0", severity=Severity.INFO),
    )
}


def write(
    name: str,
    findings: list[Finding],
    sources: list[Source] | None = None,
    *,
    errors: list[RunError] | None = None,
    files: int | None = None,
    **options: Any,
) -> str:
    """What a format writes, driven as the command line drives it."""
    known = {source.filename: source for source in sources or []}
    made = ReportContext(
        **{"version": "0.1.0", "sources": known.get, "rule_of": RULES.get, **options}
    )
    stream = io.StringIO()
    drive(format_class(name)(made, stream), findings, list(known), errors, files)
    return stream.getvalue()


def drive(
    report: Format,
    findings: list[Finding],
    paths: list[str],
    errors: list[RunError] | None = None,
    files: int | None = None,
) -> None:
    report.start()
    for path in paths:
        report.beginning(path)
        for one in sorted(findings, key=lambda one: one.sort_key):
            if one.path == path:
                report.handle(one)
        report.finished(path)
    report.stop(result(findings, errors, len(paths) if files is None else files))


def result(
    findings: list[Finding], errors: list[RunError] | None = None, files: int = 1
) -> RunResult:
    return RunResult(findings, errors or [], files, 0.25)


DJANGO = """\
FROM        python:3.6.4
RUN         apt-get -y update
RUN         apt-get -y dist-upgrade
RUN         apt-get -y install nginx supervisor uwsgi redis-server
RUN         apt-get -y install build-essential
"""


def sample(path: str = "Dockerfile") -> tuple[Source, list[Finding]]:
    """A file with an error, a warning with fix and related place, and a note."""
    source = Source(DJANGO, path)
    end_of_life = finding(
        source,
        "python:3.6.4",
        "'python:3.6.4' has had no security fixes since 2021-12-23; 'python:3.13' has.",
        code="DF110",
        name="end-of-life-base",
        severity="error",
    )
    install = span_of(source, "apt-get -y install")
    update = finding(
        source,
        "apt-get -y update",
        "The package index gets a layer of its own.",
        fix=Fix(
            "update in the RUN of line 4", [Edit(install.start, install.start, "U && ")], safe=True
        ),
        related=[Related(install, "this install uses the old index")],
        aliases=("DL3009",),
    )
    update.stage = "build"
    update.instruction = {"keyword": "RUN", "line": 2, "end_line": 2}
    wide = finding(
        source,
        "RUN         apt-get -y dist-upgrade",
        "Wide.",
        code="DF901",
        name="wide-line",
        severity="style",
    )
    return source, [wide, update, end_of_life]


def tricky(path: str = "odd/Dockerfile") -> tuple[Source, list[Finding]]:
    """Everything that shifts columns: BOM, CRLF, tabs, astral, wide, combining, invalid bytes."""
    data = (
        b"\xef\xbb\xbfFROM\tdebian:12\r\n"
        + "LABEL a=\"😀😀\" b='日本' c=e\u0301x\r\n".encode()
        + b"ENV bad=\xff\xe2\x82end\r\n"
        + "RUN echo 'a [x](y) {b}' && \\\r\n\techo 😀 \\\r\n\techo end\r\n".encode()
        + b"CMD last"
    )
    source = Source.from_bytes(data, path)
    whole = Span(source.text.index("RUN"), source.text.index(" end\r\n") + 4)
    secret = {"code": "DF501", "name": "secret-in-env"}
    bad = span_of(source, "bad")
    return source, [
        finding(source, "debian:12", "Tab before 'debian:12'."),
        finding(source, "b='日本'", "After 'astral' {0} signs [a](http://evil) 'b='", **secret),
        finding(source, "c=e\u0301x", HOSTILE, **secret),
        finding(source, Span(bad.end + 1, bad.end + 4), "Bytes \udcff.", code="SC2086", name="x"),
        finding(source, whole, "Several lines.", related=[Related(whole, "a"), Related(bad, "b")]),
        finding(
            source,
            "last",
            "Ends the file",
            code="ACM001",
            name="acme-label",
            severity="info",
            fix=Fix(
                "swap",
                [Edit(whole.start, whole.end, "RUN 😀"), Edit(bad.start, bad.end, "")],
                safe=False,
            ),
        ),
        finding(source, Span(len(source.text), len(source.text)), "Nothing here."),
    ]
