"""Rules about apt."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import word_replaced
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Env, Run
    from dockerlint_rules.syntax.shell.command import Command


_APT_GET = frozenset(
    {
        "install",
        "update",
        "upgrade",
        "remove",
        "purge",
        "autoremove",
        "clean",
        "full-upgrade",
        "build-dep",
        "autoclean",
    }
)


_APT_CACHE = frozenset({"search", "show", "policy", "depends", "rdepends", "showsrc"})


@rule("DF212", severity=Severity.WARNING, aliases=("DL3027",), fix="safe")
def apt_instead_of_apt_get(command: Command, run: Run) -> Iterator[Finding]:
    """apt is used instead of apt-get or apt-cache.

    ``apt`` warns that its command line and output may change at any time, and shows progress
    bars that fill the build log. ``apt-get`` and ``apt-cache`` do the same and stay as they
    are.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt update && apt-get install -y --no-install-recommends nginx
    #   ^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    How to fix: write ``apt-get``, or ``apt-cache`` for queries.

    Source: apt(8), "SCRIPT USAGE AND DIFFERENCES FROM OTHER APT TOOLS".
    """
    if command.name != "apt" or not command.words:
        return
    word = command.words[0]
    action = next((one.value for one in command.args if not one.value.startswith("-")), "")
    new = "apt-get" if action in _APT_GET else "apt-cache" if action in _APT_CACHE else ""
    fix = None
    if new and word.text == "apt":
        action_fix = {"full-upgrade": "dist-upgrade"}.get(action)
        edits = [word_replaced(word, new, run)]
        if action_fix is None:
            fix = Fix(f"Call {new}.", edits, safe=True)
    yield Finding.at(
        word,
        "'apt' is made for people: its command line and output may change. "
        f"Call '{new or 'apt-get'}'.",
        fix=fix,
    )


@rule("DF213", severity=Severity.INFO, fix="unsafe", words=("debian_frontend",))
def debian_frontend_in_env(env: Env) -> Iterator[Finding]:
    """DEBIAN_FRONTEND=noninteractive stays set in the image.

    It is meant for the build; in a container it silences questions for everybody who installs something by hand,
    and ``noninteractive`` keeps programs from working on a terminal.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV DEBIAN_FRONTEND=noninteractive
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ARG DEBIAN_FRONTEND=noninteractive
    ```

    How to fix: use ARG, which ends with the build.

    Source: Docker documentation, "Frequently asked questions" of the Engine, "Why is DEBIAN_FRONTEND=noninteractive
    discouraged in Dockerfiles?".
    """
    stage = env.stage
    if stage is not None and not stage.ships:
        return
    for pair in env.pairs:
        if (
            pair.name == "DEBIAN_FRONTEND"
            and pair.value is not None
            and pair.value.value == "noninteractive"
        ):
            if stage is not None and stage.scope.final.get("DEBIAN_FRONTEND") != "noninteractive":
                return
            fix = None
            if len(env.pairs) == 1 and not pair.legacy:
                fix = Fix(
                    "Use ARG.",
                    [
                        Edit.replace(
                            env.keyword_word, "ARG" if env.keyword_word.text.isupper() else "arg"
                        )
                    ],
                    safe=False,
                )
            yield Finding.at(
                pair,
                "DEBIAN_FRONTEND is for the build, and this keeps it in every container. Use ARG.",
                fix=fix,
            )
