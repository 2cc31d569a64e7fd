"""Which findings of a file are shown: selection, severities and ignore comments."""

from __future__ import annotations

from dockerlint_rules.engine.rule_caller import fill_in
from dockerlint_rules.findings.finding import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.engine.suppressions import Suppressions
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.registry.plan import Plan
    from dockerlint_rules.registry.rule import Rule
    from dockerlint_rules.syntax.kinds import LintedDocument


def filter_findings(
    findings: list[Finding], document: LintedDocument, settings: Settings
) -> list[Finding]:
    """The findings that are shown, sorted, each with the severity that the settings give it."""
    suppressions = settings.suppressions(document) if settings.suppressions else None
    kept = []
    for finding in findings:
        rule = settings.plan.owner(finding.code)
        if settings.is_shown and not settings.is_shown(rule, finding):
            continue
        if suppressions and suppressions.makes_error(finding):
            finding.severity = Severity.ERROR
        if settings.severities:  # the user's word on a rule comes last
            finding.severity = _configured_severity(finding, rule, settings.severities)
        if suppressions and suppressions.suppresses(finding):
            continue
        kept.append(finding)
    if suppressions and settings.plan.units["ignores"]:
        ignores = IneffectiveIgnores(suppressions, settings.plan)
        kept += _findings_on_ignores(ignores, document, settings)
    kept.sort(key=lambda finding: finding.sort_key)
    return kept


class IneffectiveIgnores:
    """The codes of ignore comments that stand for no rule, and those that suppress nothing.

    A code counts as unused only when a rule that it stands for was on.
    """

    __slots__ = ("source", "unknown", "unused")

    def __init__(self, suppressions: Suppressions, plan: Plan) -> None:
        from dockerlint_rules.engine.selection import Catalog, rank

        self.source = suppressions.document.source
        self.unknown = suppressions.unknown(suppressions.catalog or Catalog(plan.rules))
        unknown = {id(one) for one in self.unknown}
        names = [name for rule in plan.rules for name in (rule.code, rule.name, *rule.aliases)]
        prefixes = tuple(rule.code for rule in plan.rules if rule.gives_own_codes)
        stands_for_rule: dict[str, bool] = {}  # by selector
        self.unused = []
        for one in suppressions.unused():
            if id(one) in unknown:
                continue
            if one.selector not in stands_for_rule:
                stands_for_rule[one.selector] = one.selector.startswith(prefixes) or any(
                    rank(one.selector, name) >= 0 for name in names
                )
            if stands_for_rule[one.selector]:
                self.unused.append(one)


def _findings_on_ignores(
    ignores: IneffectiveIgnores, document: LintedDocument, settings: Settings
) -> list[Finding]:
    """Findings on the ignore comments themselves.  Only the selection can leave them out."""
    kept = []
    for rule in settings.plan.units["ignores"]:
        for finding in rule.call(ignores) or ():
            fill_in(finding, rule, document)
            if not settings.is_shown or settings.is_shown(rule, finding):
                finding.severity = _configured_severity(finding, rule, settings.severities)
                kept.append(finding)
    return kept


def _configured_severity(
    finding: Finding, rule: Rule, severities: Mapping[str, Severity]
) -> Severity:
    """The user's severity for the code, name or an alias of this finding, the highest if there are several."""
    found = [
        severities[key]
        for key in (finding.code, rule.code, rule.name, *(finding.aliases or ()))
        if key in severities
    ]
    return min(found, key=lambda severity: severity.rank) if found else finding.severity
