"""The rules in a SARIF log, and the messages of results as templates."""

from __future__ import annotations

import re

from dockerlint_rules.findings.finding import Finding
from dockerlint_rules.formats.terminal_text import well_formed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dockerlint_rules.formats.context import ReportContext, RuleInfo

BUILT_IN = "dockerlint"
LONGEST_DESCRIPTION = 1024
LONGEST_NAME = 255
MOST_TAGS = 10
MOST_MESSAGES = 50
"""Message templates of a rule; further messages are plain text."""

_LEVELS = {
    "error": ("error", "error"),
    "warning": ("warning", "warning"),
    "info": ("note", "recommendation"),
    "style": ("note", "recommendation"),
}


class RuleTable:
    """The rules that were enabled and those that fired, each in its component of the tool."""

    def __init__(self, options: ReportContext, findings: list[Finding]) -> None:
        self.options = options
        self.templates = _templates(findings)
        self._references: dict[str, dict[str, Any]] = {}
        self._driver: list[dict[str, Any]] = []
        self._extensions: dict[tuple[str, str], list[dict[str, Any]]] = {}
        infos: dict[str, RuleInfo | None] = {rule.code: rule for rule in options.rules}
        fired: dict[str, Finding] = {}
        for finding in findings:
            fired.setdefault(finding.code, finding)
            if finding.code not in infos:
                infos[finding.code] = options.rule_of(finding.code)
        plugins = sorted({_plugin(info) for info in infos.values()} - {("", "")})
        self._extensions = {plugin: [] for plugin in plugins}
        for code in sorted(infos):
            self._add(code, infos[code] or fired[code])

    def _add(self, code: str, rule: RuleInfo | Finding) -> None:
        plugin = _plugin(rule)
        home = self._extensions.get(plugin, self._driver)
        code_text = well_formed(code)
        reference: dict[str, Any] = {"ruleId": code_text, "ruleIndex": len(home)}
        if home is not self._driver:
            component = {"index": list(self._extensions).index(plugin)}
            # The validator reports ruleId beside rule as redundant.
            named = {"id": code_text, "index": len(home), "toolComponent": component}
            reference = {"rule": named}
        self._references[code] = reference
        described = (
            _described_by_finding(rule)
            if isinstance(rule, Finding)
            else _described(rule, code_text)
        )
        strings = self.templates.get(code)
        if strings:
            described["messageStrings"] = {
                name: {"text": template} for template, name in strings.items()
            }
        home.append(described)

    def tool(self) -> dict[str, Any]:
        """Build the ``tool`` object."""
        driver: dict[str, Any] = {"name": BUILT_IN, "organization": "dockerlint-rules"}
        driver.update(_versions(self.options.version))
        if self.options.url:
            driver["informationUri"] = self.options.url
        driver["language"] = "en-US"
        driver["rules"] = self._driver
        tool: dict[str, Any] = {"driver": driver}
        if self._extensions:
            tool["extensions"] = [
                {"name": well_formed(name), **_versions(version), "rules": rules}
                for (name, version), rules in self._extensions.items()
            ]
        return tool

    def reference(self, code: str) -> dict[str, Any]:
        """Return the members of a result that name its rule."""
        return self._references[code]

    def message(self, finding: Finding) -> dict[str, Any]:
        """Return a result's message: its text, and the template that it is made from."""
        text = message_text(finding)
        template, arguments = _template(text)
        name = self.templates.get(finding.code, {}).get(template)
        message: dict[str, Any] = {"text": text}
        if name is not None:
            message["id"] = name
            if arguments:
                message["arguments"] = arguments
        return message


def message_text(finding: Finding) -> str:
    """Return the finding's message as SARIF's plain text: a sentence, with links to related places.

    Text of the file that looks like a link is escaped.
    """
    text = _without_links(sentence(well_formed(finding.message)))
    if finding.related:
        links = ", ".join(f"[here]({number})" for number in range(1, len(finding.related) + 1))
        text += f" See also {links}."
    return text


def _without_links(text: str) -> str:
    """The text with every bracket escaped that would begin a link: the next closing one is followed by "("."""
    *heads, rest = text.split("](")
    for at, head in enumerate(heads):
        before, bracket, inside = head.rpartition("]")
        heads[at] = before + bracket + inside.replace("[", r"\[")
    return "](".join([*heads, rest])


def sentence(text: str) -> str:
    """Return *text* with a full stop, which SARIF and GitHub's alert titles expect."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _template(text: str) -> tuple[str, list[str]]:
    """Replace the user's words, which messages put in quotes, with placeholders."""
    arguments: list[str] = []

    def place(quoted: re.Match[str]) -> str:
        arguments.append(quoted[1])
        return f"'\0{len(arguments) - 1}\0'"

    template = re.sub(r"(?<!\w)'([^'\0]+)'(?!\w)", place, text.replace("\0", "\ufffd"))
    template = template.replace("{", "{{").replace("}", "}}")
    return re.sub("\0([0-9]+)\0", r"{\1}", template), arguments


def _templates(findings: Iterable[Finding]) -> dict[str, dict[str, str]]:
    """Name the message templates of each rule: ``default``, then ``default2`` and so on."""
    found: dict[str, set[str]] = {}
    for finding in findings:
        found.setdefault(finding.code, set()).add(_template(message_text(finding))[0])
    return {
        code: {
            template: f"default{number if number > 1 else ''}"
            for number, template in enumerate(sorted(templates)[:MOST_MESSAGES], 1)
        }
        for code, templates in found.items()
    }


def _plugin(rule: RuleInfo | Finding | None) -> tuple[str, str]:
    """Name and version of the plugin that a rule comes from; empty for built-in rules."""
    origin = str(getattr(rule, "origin", BUILT_IN))
    if origin == BUILT_IN:
        return "", ""
    name, _, version = origin.rpartition(" ")
    return (name, version) if name else (version, "")


def _described(rule: RuleInfo, code: str) -> dict[str, Any]:
    title = sentence(well_formed(rule.title) or code)
    why = sentence(well_formed(rule.why) or title)
    level, problem = _LEVELS[rule.severity]
    tags = [well_formed(tag) for tag in rule.tags][:MOST_TAGS]
    properties: dict[str, Any] = {"tags": tags} if tags else {}
    properties["precision"] = "high"
    properties["problem.severity"] = problem
    score = security_score(rule)
    if score is not None:
        properties["security-severity"] = score
    help_text = {"text": f"{title}\n\n{why}"}
    if rule.page_markdown:
        help_text["markdown"] = well_formed(rule.page_markdown)
    described: dict[str, Any] = {
        "id": code,
        "name": _pascal(rule.name) or code,
        "shortDescription": {"text": _shortened(title)},
        "fullDescription": {"text": _shortened(why)},
        "defaultConfiguration": {"level": level, "enabled": True},
        "help": help_text,
        "properties": properties,
    }
    if rule.url:
        described["helpUri"] = rule.url
    return described


def _described_by_finding(finding: Finding) -> dict[str, Any]:
    """Describe a rule that is known only from its findings."""
    code, name = well_formed(finding.code), finding.name
    title = f"{code} ({well_formed(name)})." if name and name != code else f"{code}."
    described: dict[str, Any] = {
        "id": code,
        "name": _pascal(name) or code,
        "shortDescription": {"text": _shortened(title)},
        "fullDescription": {"text": _shortened(title)},
        "help": {"text": title},
    }
    if finding.url:
        described["helpUri"] = finding.url
    return described


def security_score(rule: RuleInfo) -> str | None:
    """Return ``security-severity``, only for the tag ``security``, as it makes the alert a security alert.

    None for a value that GitHub does not accept, which is anything outside of (0, 10].
    """
    if rule.security_severity is None or "security" not in tuple(rule.tags)[:MOST_TAGS]:
        return None
    try:
        score = float(rule.security_severity)
    except ValueError:
        return None
    return f"{score:.1f}" if 0.05 <= score <= 10 else None


def _pascal(name: str) -> str:
    words = re.findall("[A-Za-z0-9]+", name)
    return "".join(word[0].upper() + word[1:] for word in words)[:LONGEST_NAME]


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[: LONGEST_DESCRIPTION - 2].rstrip() + "…."


def _versions(version: str) -> dict[str, str]:
    """Return ``version``, and ``semanticVersion`` when it is one."""
    versions = {"version": version} if version else {}
    if re.fullmatch(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", version):
        versions["semanticVersion"] = version
    return versions
