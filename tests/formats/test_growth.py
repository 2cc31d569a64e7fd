"""Eight times the findings take at most nine times the work in every format, on as many lines or on one long line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from counted_work import counted_package, work
from growth import MOST_GROWTH, linter

from dockerlint_rules.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 50  # more than --show-source shows of one line


def lines(count: int) -> str:
    return "services:\n  s:\n    image: a:1\n    environment:\n" + "".join(
        f"      PASSWORD_{at:05}: ü\n" for at in range(count)
    )


def one_line(count: int) -> str:
    pairs = ", ".join(f"PASSWORD_{at:05}: 🐳" for at in range(count))
    return f"services:\n  s:\n    image: a:1\n    environment: {{{pairs}}}\n"


class Sink:
    def write(self, text: str, /) -> None:
        """Take the text."""


@pytest.mark.parametrize("text", [lines, one_line])
@pytest.mark.parametrize("name", [*FORMATS, "default with the source"])
def test_work_grows_with_the_findings(
    name: str, text: Callable[[int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    with counted_package():
        lint, _ = linter()
        from constructs import Construct

        from dockerlint_rules.findings.results import RunResult
        from dockerlint_rules.formats import format_class
        from dockerlint_rules.formats.context import ReportContext

        def amount(count: int) -> int:
            result = lint(Construct("compose.yaml", text), count)
            assert len(result.findings) >= count
            context = ReportContext(
                show_source=" " in name, sources=lambda path: result.source, root="/w"
            )

            def write() -> None:
                made: Any = format_class(name.partition(" ")[0])(context, Sink())
                made.start()
                for finding in result.findings:
                    made.handle(finding)
                made.stop(RunResult(result.findings, files=1))

            return work(write)

        amount(2)
        assert amount(8 * SIZE) <= MOST_GROWTH * amount(SIZE)


@pytest.mark.parametrize("text", [lines, one_line])
def test_a_baseline_grows_with_the_findings(text: Callable[[int], str]) -> None:
    with counted_package():
        lint, _ = linter()
        from constructs import Construct

        from dockerlint_rules.engine.baseline import Baseline, _key, format_baseline

        def amount(count: int) -> int:
            result = lint(Construct("compose.yaml", text), count)
            found = [("compose.yaml", result.source, result.findings)]
            made = work(format_baseline, "/w", found)
            from collections import Counter

            known = Counter(_key(one, result.source, {}) for one in result.findings[::2])
            baseline = Baseline("/w", {"compose.yaml": known})
            path = "/w/compose.yaml"
            return made + work(baseline.new_findings, path, result.source, result.findings)

        amount(2)
        assert amount(8 * SIZE) <= MOST_GROWTH * amount(SIZE)
