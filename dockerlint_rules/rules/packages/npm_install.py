"""Rules about npm install."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Related, Severity
from dockerlint_rules.fixes.edits import word_replaced
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


@rule("DF236", severity=Severity.WARNING, fix="unsafe", on=("npm",))
def npm_install_instead_of_npm_ci(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """npm install is used although a lock file is copied.

    ``npm install`` changes the lock file where package.json does not agree with it and installs
    other versions than those that were tested. ``npm ci`` installs exactly what the lock file
    says, or fails.

    Bad::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN npm install
    #   ^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN npm ci
    ```

    Good (there is no lock file)::

    ```dockerfile
    FROM node:22
    COPY package.json ./
    RUN npm install
    ```

    How to fix: call ``npm ci``.

    Fix safety: unsafe, because ``npm ci`` fails where the lock file is out of date.

    Known problems: images of a Node whose npm has no ``ci`` yet (before 8.12) are left alone.

    Source: docs.npmjs.com, "npm ci".
    """
    word = install.action_word
    if install.action != "install" or word is None or "ci" in word.value or "clean" in word.value:
        return
    if install.packages or install.has_flag(
        "-g", "--global", "--package-lock-only", "--no-package-lock"
    ):
        return
    lock = _lock_copied(stage, install.start) if stage else None
    if lock is None or (stage is not None and _is_before_npm_ci(stage)):
        return
    yield Finding.at(
        Span(install.start, word.end),
        f"'npm {word.value}' may change what '{lock[0]}' says and install other versions. Call 'npm ci'.",
        fix=Fix("Call npm ci.", [word_replaced(word, "ci", run)], safe=False),
        related=[Related(lock[1], "the lock file is copied here")],
    )


def _is_before_npm_ci(stage: Stage) -> bool:
    """Whether the base is a Node whose npm is older than 5.7, the first with ``ci``.

    Node 8.12 brings npm 6.4 and Node 10.3 brings npm 6.1; no Node 9 has more than npm 5.6.
    Source: nodejs.org/dist/index.json.
    """
    base = stage.root.base
    if base.upstream != "node" or not base.tag:
        return False
    major, _, rest = base.tag.partition("-")[0].partition(".")
    if not major.isdecimal():
        return False
    minor = rest.partition(".")[0]
    is_early = minor.isdecimal() and int(minor) < {"8": 12, "10": 3}.get(major, 0)
    return int(major) < 8 or major == "9" or is_early


def _lock_copied(stage: Stage, before: int) -> tuple[str, Span] | None:
    """The name of the lock file, and the word that copies it before an offset."""
    for place in stage.lineage():
        if "npm lock" not in place.facts:
            place.facts["npm lock"] = _first_lock(place)
        name, word, start = place.facts["npm lock"]
        if word is not None and start <= before:
            return name, word
    return None


def _first_lock(stage: Stage) -> tuple[str, Span | None, int]:
    """The first lock file that a stage copies: its name, the word and where the instruction begins."""
    for one in stage.instructions:
        if not isinstance(one, Copy | Add):
            continue
        for word in one.sources:
            name = word.value.rpartition("/")[2]
            if name in ("package-lock.json", "npm-shrinkwrap.json"):
                return name, word, one.start
            if name in _LOCK_PATTERNS:
                return "package-lock.json", word, one.start
    return "", None, 0


_LOCK_PATTERNS = (
    "package*.json",
    "package-lock.json*",
    "package*",
    "package-lock*.json",
    "package-*.json",
)
