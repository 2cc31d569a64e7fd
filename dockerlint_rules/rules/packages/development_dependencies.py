"""Rules about development dependencies."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import flag_after
from dockerlint_rules.model.stages import is_shipped
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


@rule(
    "DF219", severity=Severity.INFO, default=False, fix="unsafe", on=("npm", "composer", "poetry")
)
def development_dependencies(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Development dependencies are installed in the image.

    Test runners, linters and compilers of the project ship to production.

    Bad::

    ```dockerfile
    FROM composer:2
    COPY composer.json composer.lock ./
    RUN composer install
    #   ^^^^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM composer:2
    COPY composer.json composer.lock ./
    RUN composer install --no-dev
    ```

    Good::

    ```dockerfile
    FROM node:24
    COPY package.json package-lock.json ./
    RUN npm ci --omit=dev
    ```

    How to fix: leave them out with the tool's flag, or build in an earlier stage.

    Fix safety: unsafe, because a later step may need one of them.

    Known problems: off by default: a single stage that also builds needs them.

    Source: getcomposer.org, "install"; docs.npmjs.com, "npm ci"; python-poetry.org, "install".
    """
    word = install.action_word
    if word is None or install.packages or not is_shipped(stage) or install.action != "install":
        return
    flags = {
        "npm": ("--omit", "--production", "--only", "-g", "--global"),
        "composer": ("--no-dev",),
        "poetry": ("--only", "--without", "--no-dev", "--only-root", "--sync"),
    }[install.family]
    if install.has_flag(*flags) or word.value in ("require", "create-project", "add"):
        return
    if stage is not None and stage.scope.final.get("NODE_ENV") == "production":
        return
    added = {"npm": "--omit=dev", "composer": "--no-dev", "poetry": "--only main"}[install.family]
    yield Finding.at(
        install.head,
        f"'{short(install)}' ships development dependencies. Add '{added}'.",
        fix=Fix(f"Add {added}.", [flag_after(word, added, run)], safe=False),
    )
