"""The apt command, and apt's settings in the environment."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import replace_word
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Env, Run
    from dockerlint_rules.syntax.shell.command import Command

# apt's actions that apt-get and apt-cache know by the same name; apt's full-upgrade is dist-upgrade in apt-get.
_APT_GET_ACTIONS = frozenset({
    "install", "update", "upgrade", "remove", "purge", "autoremove", "clean", "autoclean", "build-dep",
})  # fmt: skip
_APT_CACHE_ACTIONS = frozenset({"search", "show", "policy", "depends", "rdepends", "showsrc"})


@rule("DF212", severity=Severity.WARNING, aliases=("DL3027",), fix="safe", words=("apt",))
def apt_instead_of_apt_get(command: Command, run: Run) -> Iterator[Finding]:
    """apt is used instead of apt-get or apt-cache.

    ``apt`` is meant for interactive use. Its manual says that its command line and output may change between
    versions, and it prints progress bars that fill the build log. ``apt-get`` and ``apt-cache`` do the same and stay
    compatible.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt update && apt-get install -y --no-install-recommends nginx
    #   ^^^ 'apt' is for interactive use
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    How to fix: use ``apt-get``, or ``apt-cache`` for queries.

    Source: apt(8), "SCRIPT USAGE AND DIFFERENCES FROM OTHER APT TOOLS".
    """
    if command.name != "apt" or not command.words:
        return
    program = command.words[0]
    action = next((word.value for word in command.args if not word.value.startswith("-")), "")
    replacement = "apt-cache" if action in _APT_CACHE_ACTIONS else "apt-get"
    fix = None
    if program.text == "apt" and action in _APT_GET_ACTIONS | _APT_CACHE_ACTIONS:
        fix = Fix(f"Use '{replacement}'", [replace_word(program, replacement, run)], safe=True)
    yield Finding.at(
        program,
        f"'apt' is for interactive use, and its options and output may change. Use '{replacement}'.",
        fix=fix,
    )


@rule("DF213", severity=Severity.INFO, fix="unsafe", words=("debian_frontend",))
def debian_frontend_in_env(env: Env) -> Iterator[Finding]:
    """DEBIAN_FRONTEND=noninteractive stays set in the image.

    Only the build needs this setting. When ENV sets it, it also applies in every container: someone who installs a
    package there by hand is not asked any questions and gets the default configuration.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV DEBIAN_FRONTEND=noninteractive
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ DEBIAN_FRONTEND stays set in every container
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    ARG DEBIAN_FRONTEND=noninteractive
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ARG DEBIAN_FRONTEND=noninteractive
    ```

    How to fix: use ARG, whose value is not stored in the image.

    Fix safety: unsafe, because a stage that is built on this one, or another image, may rely on the variable.

    Source: Docker documentation, "Frequently asked questions" of the Engine, "Why is DEBIAN_FRONTEND=noninteractive
    discouraged in Dockerfiles?".
    """
    stage = env.stage
    if stage is not None and not stage.ships:
        return
    for pair in env.pairs:
        if pair.name != "DEBIAN_FRONTEND" or pair.value is None:
            continue
        if pair.value.value != "noninteractive":
            continue
        # A later ENV may set another value.
        if stage is not None and stage.scope.final.get("DEBIAN_FRONTEND") != "noninteractive":
            return
        yield Finding.at(
            pair,
            "DEBIAN_FRONTEND stays set in every container, although only the build needs it. Use ARG instead of ENV.",
            fix=_use_arg(env) if len(env.pairs) == 1 and not pair.legacy else None,
        )


def _use_arg(env: Env) -> Fix:
    keyword = "ARG" if env.keyword_word.text.isupper() else "arg"
    return Fix("Use ARG instead of ENV", [Edit.replace(env.keyword_word, keyword)], safe=False)
