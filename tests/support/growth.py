"""How the work on a construct grows: all rules over it at two sizes, counted in the copy that counts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from constructs import CONSTRUCTS, Construct, page_constructs
from counted_work import counted_package, work

if TYPE_CHECKING:
    from collections.abc import Callable

FACTOR = 8
MOST_GROWTH = 9.0
"""For a text of eight times the length."""

_rooms: dict[str, Any] = {}


def linter() -> tuple[Callable[[Construct, int], Any], Any]:
    """A function that lints a construct of a size with all rules, and the rules; call both inside counted_package()."""
    if not _rooms:
        from dockerlint_rules.model.context.build_context import BuildContext
        from dockerlint_rules.model.context.ignore_file import IgnoreFile
        from dockerlint_rules.registry.rule import RULES
        from dockerlint_rules.rules import import_all
        from dockerlint_rules.server.session import Session

        import_all()
        session = Session()
        session.options = {"no_shellcheck": True, "select": ["ALL"]}

        def lint(construct: Construct, count: int) -> Any:
            from dockerlint_rules.engine.lint import lint_source
            from dockerlint_rules.syntax.source import Source

            path = f"/w/{construct.filename}"
            settings, _ = session.settings_for(path)
            ignored = construct.ignored(count) if construct.ignored else ""
            settings.build.context = BuildContext(None, ignore=IgnoreFile(ignored))
            return lint_source(Source(construct.text(count), path), settings)

        _rooms["lint"], _rooms["rules"] = lint, RULES
    return _rooms["lint"], _rooms["rules"]


@cache
def all_constructs() -> dict[str, Construct]:
    """Those that are written down, and those of the rules' pages."""
    with counted_package():
        _, rules = linter()
        pages = {code: rule.doc for code, rule in rules.items()}
        return {**CONSTRUCTS, **dict(page_constructs(pages))}


def growth_of(construct: Construct, size: int) -> tuple[float, Any]:
    """The work for eight times *size* as a multiple of that for *size*, and the larger result."""
    with counted_package():
        lint, _ = linter()
        lint(construct, 2)  # whatever is made once
        before = work(lint, construct, size)
        results: list[Any] = []
        after = work(lambda: results.append(lint(construct, FACTOR * size)))
        return after / before, results[0]
