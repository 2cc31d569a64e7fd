"""Files of the linted tree that are symbolic links out of it: their findings are reported without quoting them.

A stranger's ``Dockerfile`` may be a link to any file of the machine, such as ``~/.netrc``; reports are often public.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockerlint_rules.findings.results import FileReport
    from dockerlint_rules.registry.rule import Rule

NOT_QUOTED = "Not quoted, because a symbolic link leads out of the linted tree."


def conceal(report: FileReport, rules: Iterable[Rule]) -> None:
    """Leave nothing of the file's text in its report: each message becomes the title of its rule."""
    by_code = {rule.code: rule for rule in rules}
    for finding in report.findings:
        rule = by_code.get(finding.code)
        title = rule.title if rule is not None else f"{finding.code} was found."
        finding.message = f"{title} {NOT_QUOTED}"
        finding.fix = finding.instruction = finding.stage = None
        finding.related = ()
    for error in report.errors:
        if error.kind != "io":
            error.once = False
            error.message = f"the file cannot be linted whole. {NOT_QUOTED}"
