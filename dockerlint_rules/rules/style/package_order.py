"""Order of packages in an install."""

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

    In a sorted list a package is quick to find and duplicates stand out. People who add packages at the same time
    rarely change the same line.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y git curl
    #                                            ^^^^ 'curl' is out of order
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

    Fix safety: safe, because package managers accept packages in any order. The fix is not offered for a list with
    comments, and the rule skips lists with variables.

    Source: Docker docs, "Building best practices", "Sort multi-line arguments".
    """
    words = [package.word for package in install.packages]
    if install.action != "install" or len(words) < 2:
        return
    if not all(package.kind == "package" and package.word.literal for package in install.packages):
        return
    ordered = sorted(words, key=lambda word: (word.value.lower(), word.value))
    names = [word.value for word in words]
    sorted_names = [word.value for word in ordered]
    if names == sorted_names:
        return
    misplaced = next(
        word
        for index, word in enumerate(words)
        if index
        and (
            names[index].lower() < names[index - 1].lower()
            or names[index] not in sorted_names[index:]
        )
    )
    text = run.source.text
    edits = [
        replace_word(word, text[new.start : new.end], run)
        for word, new in zip(words, ordered, strict=True)
        if word is not new
    ]
    has_comment = "#" in text[words[0].start : words[-1].end]
    can_fix = run.form == "shell" and not has_comment
    yield Finding.at(
        misplaced,
        f"'{misplaced.value}' is out of order in the packages of '{call_name(install)}'. Sort them alphabetically.",
        fix=Fix("Sort the packages", edits, safe=True) if can_fix else None,
    )
