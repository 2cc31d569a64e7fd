"""A kind of file that does not exist, as somebody would add one: a document class and a row, put in before all else.

Run as a program it lints a file of this kind with a rule of its own and prints what it finds.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from dockerlint_rules.syntax.kinds import KINDS, Kind, LintedDocument, kind_of
from dockerlint_rules.syntax.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.syntax.dockerfile.logical_lines import Comment

TEXT = """\
# dockerlint: ignore=XT001 for a reason
task build
  slow
task test
  slow
task "deploy
"""


class Task(Span):
    """A line ``task NAME`` and the indented lines below it."""

    keyword = "task"
    stage = None

    def __init__(self, source: Source, line: int, end_line: int) -> None:
        super().__init__(source.offset(line), source.line_span(end_line).end)
        self.line = line
        self.end_line = end_line


class TaskFile(LintedDocument):
    """The whole file."""

    __slots__ = ("build", "comments", "facts", "source", "tasks")
    source: Source
    build: Any
    comments: list[Comment]
    facts: dict[Any, Any]

    def __init__(self, source: Source, build: Any) -> None:
        from dockerlint_rules.syntax.comment_lines import comment_lines

        self.source, self.build, self.facts = source, build, {}
        self.comments = list(comment_lines(source))
        lines = range(1, source.line_count + 1)
        starts = [line for line in lines if source.line(line).startswith("task")]
        ends = [*(start - 1 for start in starts[1:]), source.line_count]
        self.tasks = [
            Task(source, start, end) for start, end in zip(starts, ends, strict=bool(starts))
        ]

    @classmethod
    def read(cls, source: Source, build: Any = None) -> TaskFile:
        from dockerlint_rules.model.build import Build

        return cls(source, build or Build())

    def units(self, wanted: Container[str]) -> Iterator[tuple[str, object]]:
        yield "task_file", self
        for task in self.tasks:
            yield "task", task

    def element_at(self, line: int) -> Task | None:
        return next((one for one in self.tasks if one.line <= line <= one.end_line), None)

    def lines_of_comment(self, comment: Comment, *, whole_stage: bool = False) -> tuple[int, int]:
        below = next((one for one in self.tasks if one.line > comment.line), None)
        return (below.line, below.end_line) if below is not None else (0, 0)

    def syntax_errors(self) -> tuple[int, ...]:
        return (self.source.text.count('"') % 2,)


TaskFile.kind = Kind(
    "tasks", searched=r"[^/]+\.tasks", endings=(".tasks",), fence="tasks", example="x.tasks", units=("task", "task_file"),
    languages=("tasks",), sarif_language="tasks", home=f"{__name__}:TaskFile",
)  # fmt: skip


def main() -> None:
    KINDS.insert(0, TaskFile.kind)
    # What follows is imported only now, so that all of it knows the row.
    from dockerlint_rules.engine.lint import lint_source
    from dockerlint_rules.engine.settings_cache import SettingsCache
    from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
    from dockerlint_rules.fixes.apply import apply_fixes
    from dockerlint_rules.project.discovery import is_searched, kind_in_editor
    from dockerlint_rules.registry.page import Page
    from dockerlint_rules.registry.rule import rule
    from dockerlint_rules.syntax.kinds import search_pattern

    @rule("XT001", severity=Severity.WARNING)
    def slow_task(task: Task, task_file: TaskFile, filename: str) -> Iterator[Finding]:
        """A task is slow."""
        at = task_file.source.text.find("slow", task.start, task.end)
        if at >= 0:
            fix = Fix("Make it fast.", [Edit(at, at + 4, "fast")], safe=True)
            yield Finding.at(Span(at, at + 4), f"Slow in {filename}.", fix=fix)

    @rule("XT002", severity=Severity.INFO)
    def task_file_found(task_file: TaskFile) -> Iterator[Finding]:
        """A file is a task file; the fix would break it."""
        fix = Fix("Break the file.", [Edit(0, 0, 'task "x\n')], safe=True)
        yield Finding.at(Span(0, 4), "A task file.", fix=fix)

    cache = SettingsCache(
        [slow_task.rule, task_file_found.rule], {"isolated": True, "select": ["ALL"]}
    )
    settings = cache.settings_for("x.tasks")

    def lint(source: Source) -> list[Finding]:
        result = lint_source(source, settings)
        assert not result.failures, result.failures[0].error
        return result.findings

    for one in lint(Source(TEXT, "x.tasks")):
        print(one.line, one.column, one.code, one.message, one.instruction, one.stage)
    result = apply_fixes(Source(TEXT.replace('"', ""), "x.tasks"), lint, unsafe=False)
    print(result.source.text, end="")
    print([(one.code, why) for one, why in result.rejected])
    print(kind_of("a/x.tasks").name, is_searched("a/x.tasks", TaskFile.kind))
    print(bool(re.search(search_pattern(KINDS), "a/x.tasks")))
    print(kind_in_editor("notes", "tasks"), kind_in_editor("x.tasks", "plaintext"))
    page = Page("Title.\n\nWhy.\n\nBad::\n\n```tasks\ntask a\n  slow\n# ^^^^\n```\n")
    print([(one.filename, one.expected_spans) for one in page.examples])


if __name__ == "__main__":
    sys.modules["made_up_kind"] = sys.modules["__main__"]
    main()
