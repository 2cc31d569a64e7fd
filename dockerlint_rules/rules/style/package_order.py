"""Rules about package order."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import replace_word
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import call_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.syntax.dockerfile.instructions import Run


@rule("DF907", severity=Severity.STYLE, default=False, fix="safe")
def unsorted_packages(install: PackageCall, run: Run) -> Iterator[Finding]:
    r"""Package list is not sorted.

    In a sorted list a package is found at once, is not named twice, and two people who add one to it rarely meet in
    the same line.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y git curl
    #                                            ^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y curl git
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y \
        curl \
        git
    ```

    How to fix: sort the list.

    Fix safety: safe; a package manager takes them in any order. A list with comments or variables in it is left alone.

    Source: Docker docs, "Building best practices", "Sort multi-line arguments".
    """
    words = [package.word for package in install.packages]
    if install.action != "install" or len(words) < 2:
        return
    if not all(p.kind == "package" and p.word.literal for p in install.packages):
        return
    names = [word.value for word in words]
    wanted = sorted(names, key=lambda one: (one.lower(), one))
    if names == wanted:
        return
    wrong = next(
        at
        for at in range(1, len(names))
        if names[at].lower() < names[at - 1].lower() or names[at] not in wanted[at:]
    )
    text = run.source.text
    order = sorted(words, key=lambda one: (one.value.lower(), one.value))
    edits = [
        replace_word(word, text[new.start : new.end], run)
        for word, new in zip(words, order, strict=True)
        if word is not new
    ]
    has_comment = "#" in text[words[0].start : words[-1].end]
    yield Finding.at(
        words[wrong],
        f"The packages of '{call_name(install)}' are not sorted. Put '{names[wrong]}' in its place.",
        fix=None if has_comment or run.form != "shell" else Fix("Sort the list.", edits, safe=True),
    )
