"""Try one rule on real files: how often it fires, and findings to judge by hand.

usage: python benchmarks/try_rule.py DF240 FOLDER [--count 20] [--seed 0] [--option NAME=VALUE]

Takes every Dockerfile below FOLDER, or for a rule about them every Compose file and Dockerrun.aws.json.  The findings
are spread evenly over the files that have some, each with its source line, message and fix; another seed gives others.
A rule that is on by default should be right in at least nineteen of twenty.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from dockerlint_rules.findings.finding import Finding
from dockerlint_rules.project.discovery import is_searched
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.registry.rule import Rule
from dockerlint_rules.syntax.kinds import DOCKERFILE, KINDS, kind_of
from dockerlint_rules.syntax.source import Source
from dockerlint_rules.testing import lint_alone

Found = tuple[str, Source, Finding]


def files_below(folder: str, rule: Rule) -> Iterator[str]:
    """The files that the rule can say something about, in the order of their paths."""
    kinds = [kind for kind in KINDS if rule.unit in kind.units] or [DOCKERFILE]
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            kind = kind_of(name)
            # Every file without an ending of another kind would be read as a Dockerfile, so these go by name.
            if kind in kinds and (kind is not DOCKERFILE or is_searched(name, kind)):
                yield os.path.join(where, name)


def spread(found: Sequence[Found], count: int, seed: int) -> list[Found]:
    """At most *count* findings: one out of each of as many equal parts of the list."""
    if len(found) <= count:
        return list(found)
    choose = random.Random(seed)
    bounds = [len(found) * part // count for part in range(count + 1)]
    return [found[choose.randrange(*bounds[part : part + 2])] for part in range(count)]


def show(number: int, path: str, source: Source, finding: Finding) -> None:
    """Print a finding with its source line and carets below its place."""
    line = source.line(finding.line).rstrip("\r\n")
    end = finding.end_column if finding.end_line == finding.line else len(line) + 1
    indent = "".join("\t" if char == "\t" else " " for char in line[: finding.column - 1])
    print(f"\n{number}. {path}:{finding.line}:{finding.column}: {finding.severity}")
    print(f"    {line}\n    {indent}{'^' * max(1, end - finding.column)}")
    print(f"    {finding.message}")
    if finding.fix is not None:
        print(f"    fix ({finding.fix.safety}): {finding.fix.message}")


def main(arguments: Sequence[str]) -> int:
    """Run the rule and print what it found; 1 when it raised on a file."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("code", help="code or name of one of dockerlint's rules")
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=20, help="findings to print (20)")
    parser.add_argument("--seed", type=int, default=0, help="another number, other findings")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
    given = parser.parse_args(arguments)
    rules = [one for one in builtin_rules() if given.code in (one.code, one.name)]
    if not rules:
        parser.error(f"unknown rule {given.code!r}; 'dockerlint rules' lists all")
    options: dict[str, Any] = dict(one.split("=", 1) for one in given.option)
    found: list[Found] = []
    failed = read = 0
    for path in files_below(given.folder, rules[0]):
        read += 1
        result = lint_alone(
            rules[0], Path(path).read_bytes(), filename=path, options=options or None
        )
        for failure in result.failures:
            failed += 1
            print(f"{path}: failed: {failure.error!r}", file=sys.stderr)
        found += ((path, result.source, one) for one in result.findings)
    with_findings = len({path for path, _, _ in found})
    print(
        f"{rules[0].code} {rules[0].name}: {len(found)} findings in {with_findings} of {read} files"
    )
    for number, one in enumerate(spread(found, given.count, given.seed), 1):
        show(number, *one)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
