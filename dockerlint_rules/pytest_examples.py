"""A pytest plugin: one test for each rule of the modules named in ``dockerlint_examples``, its page's examples.

Switch it on with ``pytest_plugins = ["dockerlint_rules.pytest_examples"]`` in the outermost ``conftest.py``.  The tests
are named after that file and the rules' codes: ``pytest tests/conftest.py::ACM001`` runs one of them.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from dockerlint_rules.testing import page_problems, rules_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.registry.rule import Rule

_CONFTEST = pytest.StashKey[Path]()  # the conftest.py that the tests of rules belong to


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting that names the modules."""
    parser.addini("dockerlint_examples", "modules whose rules' examples are tests", type="args")


class WrongPage(Exception):
    """A rule's page and its code disagree."""


class RuleItem(pytest.Item):
    """The examples of one rule's page."""

    # Plugins of pytest look into what every item of theirs has.
    funcargs: dict[str, object] = {}  # noqa: RUF012

    def __init__(self, *, rule: Rule, **keywords: object) -> None:
        super().__init__(**keywords)  # type: ignore[arg-type]
        self.rule = rule

    def runtest(self) -> None:
        """Fail with everything that is wrong with the page."""
        problems = page_problems(self.rule)
        if problems:
            raise WrongPage("\n".join(map(str, problems)))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str:
        """Show the sentences alone, without a traceback."""
        if isinstance(excinfo.value, WrongPage):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[str, int, str]:
        """Where the rule is written."""
        code = self.rule.function.__code__
        return code.co_filename, code.co_firstlineno - 1, f"page of {self.rule.code}"


class RuleFile(pytest.File):
    """One item for each rule of the modules, by code."""

    def collect(self) -> Iterator[RuleItem]:
        """Every rule."""
        for name in self.config.getini("dockerlint_examples"):
            for rule in rules_in(import_module(name)):
                yield RuleItem.from_parent(self, name=rule.code, rule=rule)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Choose the outermost conftest.py among the tests as the parent of the tests of rules."""
    if file_path.name != "conftest.py":
        return None
    if parent.config.stash.setdefault(_CONFTEST, file_path) != file_path:
        return None
    if not parent.config.getini("dockerlint_examples"):
        return None
    collector: RuleFile = RuleFile.from_parent(parent, path=file_path)
    return collector
