"""Eight times the fixes take at most nine times the work, whether they can be applied or not."""

from __future__ import annotations

import pytest
from constructs import Construct, each
from counted_work import counted_package, work
from growth import MOST_GROWTH, linter

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.apply import MOST_FAILURES, apply_fixes
from dockerlint_rules.syntax.source import Source

SIZE = 10


@pytest.mark.parametrize(
    "piece",
    [
        "MAINTAINER a@\n",
        "ENV A@ b\n",
        "run a\n",
        "ADD a@ b\n",
        "# dockerlint: ignore=DF102,DF101\n",
        "EXPOSE 80:80\n",
        "CMD a@ b\n",
        "WORKDIR /a@\nWORKDIR b\n",
        "RUN pip install a@\n",
        "RUN apt-get update && apt-get install -y zlib@ \\\n    curl \\\n    apache\n",
    ],
)
def test_work_grows_with_the_fixes(piece: str) -> None:
    construct = Construct("Dockerfile", lambda count: "FROM debian:13\n" + each(piece)(count))
    with counted_package():
        lint, _ = linter()
        from dockerlint_rules.fixes.apply import apply_fixes
        from dockerlint_rules.fixes.diff import unified_diff
        from dockerlint_rules.syntax.source import Source

        def fix(count: int) -> None:
            source = Source(construct.text(count), "/w/Dockerfile")

            def findings(changed: Source) -> list[Finding]:
                return lint(Construct("Dockerfile", lambda _: changed.text), count).findings

            fixed = apply_fixes(source, findings, unsafe=True)
            assert fixed.fixed
            assert unified_diff(source, fixed.source)

        fix(2)
        assert work(fix, 8 * SIZE) <= MOST_GROWTH * work(fix, SIZE)


def test_fixes_that_all_fail_do_not_each_lint_the_file_again() -> None:
    count = 200
    runs = 0

    def findings(source: Source) -> list[Finding]:
        nonlocal runs
        runs += 1
        made = []
        for line in range(1, count + 1):
            at = source.offset(line)
            one = Finding.at(at, f"m{line}", fix=Fix("x", [Edit(at, at, "X")], safe=True))
            one.code, one.severity, one.path, one.aliases = "X1", Severity.INFO, "Dockerfile", ()
            one.line, one.start, one.end = line, at, at
            made.append(one)
        return made

    result = apply_fixes(Source("a\n" * count), findings, unsafe=True)
    assert len(result.rejected) == count
    assert "other fixes of this file failed" in result.rejected[-1][1]
    assert runs <= MOST_FAILURES + 2
