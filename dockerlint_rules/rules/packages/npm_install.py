"""npm install where npm ci is the right command."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Related, Severity
from dockerlint_rules.fixes.edits import replace_word
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.findings.finding import Spanned
    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


@rule("DF236", severity=Severity.WARNING, fix="unsafe", on=("npm",))
def npm_install_instead_of_npm_ci(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """npm install is used although a lock file is copied.

    If the lock file does not match package.json, ``npm install`` changes it and may install versions that nobody
    tested. ``npm ci`` installs exactly what the lock file lists, or fails.

    Bad::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN npm install
    #   ^^^^^^^^^^^ 'npm install' may install versions that 'package-lock.json' does not list
    ```

    Fixed::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN npm ci
    ```

    Good::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN npm ci
    ```

    Good (no lock file is copied)::

    ```dockerfile
    FROM node:22
    COPY package.json ./
    RUN npm install
    ```

    How to fix: use ``npm ci``.

    Fix safety: unsafe, because ``npm ci`` fails if the lock file is out of date.

    Known problems: the rule skips Node images whose npm has no ``ci``, such as Node 8 before 8.12.

    Source: docs.npmjs.com, "npm ci".
    """
    word = install.action_word
    if install.action != "install" or word is None or "ci" in word.value or "clean" in word.value:
        return
    if install.packages or install.has_flag(
        "-g", "--global", "--package-lock-only", "--no-package-lock"
    ):
        return
    if stage is None:
        return
    lock_file = _copied_lock_file(stage, install.start)
    if lock_file is None or _is_older_than_npm_ci(stage):
        return
    name, copied = lock_file
    yield Finding.at(
        install.head,
        f"'npm {word.value}' may install versions that '{name}' does not list. Use 'npm ci'.",
        fix=Fix("Use 'npm ci'", [replace_word(word, "ci", run)], safe=False),
        related=[Related(copied, "the lock file is copied here")],
    )


def _is_older_than_npm_ci(stage: Stage) -> bool:
    """Whether the base image is a Node image whose npm has no ``ci``, which npm 5.7 added.

    Node 8.12 ships npm 6.4 and Node 10.3 ships npm 6.1; no Node 9 has more than npm 5.6.
    Source: nodejs.org/dist/index.json.
    """
    base = stage.root.base
    if base.upstream != "node" or not base.tag:
        return False
    major, _, rest = base.tag.partition("-")[0].partition(".")
    if not major.isdecimal():
        return False
    minor = rest.partition(".")[0]
    is_early_minor = minor.isdecimal() and int(minor) < {"8": 12, "10": 3}.get(major, 0)
    return int(major) < 8 or major == "9" or is_early_minor


def _copied_lock_file(stage: Stage, before: int) -> tuple[str, Spanned] | None:
    """The name of the lock file, and the word that copies it before an offset."""
    for ancestor in stage.lineage():
        if "npm-lock-file" not in ancestor.facts:
            ancestor.facts["npm-lock-file"] = _first_lock_file(ancestor)
        name, word, start = ancestor.facts["npm-lock-file"]
        if word is not None and start <= before:
            return name, word
    return None


def _first_lock_file(stage: Stage) -> tuple[str, Spanned | None, int]:
    """The first lock file that a stage copies: its name, the word and where the instruction begins."""
    for instruction in stage.instructions:
        if not isinstance(instruction, Copy | Add):
            continue
        for word in instruction.sources:
            name = word.value.rpartition("/")[2]
            if name in ("package-lock.json", "npm-shrinkwrap.json"):
                return name, word, instruction.start
            if name in _LOCK_FILE_PATTERNS:
                return "package-lock.json", word, instruction.start
    return "", None, 0


# Usual patterns that match package-lock.json.
_LOCK_FILE_PATTERNS = (
    "package*", "package*.json",
    "package-*.json", "package-lock*.json", "package-lock.json*",
)  # fmt: skip
