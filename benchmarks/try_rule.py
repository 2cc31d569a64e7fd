"""Try a rule on real files: how often it reports something, and a sample of findings to judge by hand.

usage: python benchmarks/try_rule.py DF240 DIRECTORY [--count 20] [--seed 0] [--option NAME=VALUE]

Lints every Dockerfile below DIRECTORY, or every Compose file and Dockerrun.aws.json for a rule about such files.  The
sample is spread evenly over the files with findings, and shows the source line, message and fix of each.  Another seed
gives another sample.  A rule that is on by default should be right in at least nineteen of twenty.
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


def files_below(directory: str, rule: Rule) -> Iterator[str]:
    """The files of the kinds that the rule is about, in the order of their paths."""
    kinds = [kind for kind in KINDS if rule.unit in kind.units] or [DOCKERFILE]
    for parent, directories, names in os.walk(directory):
        directories.sort()
        for name in sorted(names):
            kind = kind_of(name)
            # Every name without a known ending counts as a Dockerfile, so those must also have a usual name.
            if kind in kinds and (kind is not DOCKERFILE or is_searched(name, kind)):
                yield os.path.join(parent, name)


def spread(found: Sequence[Found], count: int, seed: int) -> list[Found]:
    """At most *count* findings: the list is divided into that many parts, and one finding is chosen from each."""
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
    """Run the rule and print its findings; return 1 if it raised an exception."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("code", help="code or name of one of dockerlint's rules")
    parser.add_argument("directory")
    parser.add_argument("--count", type=int, default=20, help="findings to print (20)")
    parser.add_argument("--seed", type=int, default=0, help="a number that selects another sample")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
    given = parser.parse_args(arguments)
    rules = [one for one in builtin_rules() if given.code in (one.code, one.name)]
    if not rules:
        parser.error(f"unknown rule {given.code!r}; 'dockerlint rules' lists all")
    options: dict[str, Any] = dict(one.split("=", 1) for one in given.option)
    found: list[Found] = []
    failed = read = 0
    for path in files_below(given.directory, rules[0]):
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
