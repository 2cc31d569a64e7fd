"""Development dependencies that an install leaves in the image."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_flag
from dockerlint_rules.model.stages import is_shipped
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import call_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run

# The flag to suggest, and the flags that leave development dependencies out (or install no project at all).
_FLAGS = {
    "npm": ("--omit=dev", ("--omit", "--production", "--only", "-g", "--global")),
    "composer": ("--no-dev", ("--no-dev",)),
    "poetry": ("--only main", ("--only", "--without", "--no-dev", "--only-root", "--sync")),
}


@rule(
    "DF219", severity=Severity.INFO, default=False, fix="unsafe", on=("npm", "composer", "poetry")
)
def development_dependencies(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Development dependencies are installed in the image.

    The project's test runners, linters and compilers then end up in production: the image is bigger, and each of these
    packages may have its own vulnerabilities.

    Bad::

    ```dockerfile
    FROM composer:2
    COPY composer.json composer.lock ./
    RUN composer install
    #   ^^^^^^^^^^^^^^^^ 'composer install' also installs development dependencies
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

    How to fix: exclude them with the tool's flag, or build in an earlier stage.

    Fix safety: unsafe, because a later step may need one of them.

    Known problems: the rule is off by default, because a single stage that also builds the project needs them.

    Source: getcomposer.org, "install"; docs.npmjs.com, "npm ci"; python-poetry.org, "install".
    """
    word = install.action_word
    if word is None or install.packages or not is_shipped(stage) or install.action != "install":
        return
    flag, excluding_flags = _FLAGS[install.family]
    if install.has_flag(*excluding_flags) or word.value in ("require", "create-project", "add"):
        return
    if stage is not None and stage.scope.final.get("NODE_ENV") == "production":
        return
    yield Finding.at(
        install.head,
        f"'{call_name(install)}' also installs development dependencies, which are not needed at run time. "
        f"Add '{flag}'.",
        fix=Fix(f"Add '{flag}'", [insert_flag(word, flag, run)], safe=False),
    )
