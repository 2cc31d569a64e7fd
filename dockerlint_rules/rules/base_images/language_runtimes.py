"""Rules about language runtimes that a build installs: Node.js, Python, PHP, Ruby, Go."""

from __future__ import annotations

from itertools import pairwise

from dockerlint_rules import knowledge
from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.images.releases import ended_within_a_year
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Env
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.knowledge.release_records import EolRecord
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.shell.command import Command

    # Where an instruction names a release, the official image of that language, and the release.
    Installed = tuple[Span, str, str]


# Variables that hold the release of a language, and the official image with the same releases.
_VERSION_VARIABLES = {
    "NODE_VERSION": "node", "NODEJS_VERSION": "node", "NODE_MAJOR": "node",
    "PYTHON_VERSION": "python", "PHP_VERSION": "php", "RUBY_VERSION": "ruby",
    "GO_VERSION": "golang", "GOLANG_VERSION": "golang", "GOVERSION": "golang",
}  # fmt: skip
_LANGUAGES = {"node": "Node.js", "python": "Python", "php": "PHP", "ruby": "Ruby", "golang": "Go"}
# Version managers: the language's image, and the subcommands that a release follows.
_VERSION_MANAGERS = {
    "nvm": ("node", ("install",)), "fnm": ("node", ("install",)), "nodenv": ("node", ("install",)),
    "rvm": ("ruby", ("install",)), "rbenv": ("ruby", ("install",)), "pyenv": ("python", ("install",)),
    "phpenv": ("php", ("install",)), "goenv": ("golang", ("install",)),
}  # fmt: skip
_CONDA = ("conda", "mamba", "micromamba")
_NODESOURCE = "nodesource.com/"


@rule(
    "DF113",
    severity=Severity.ERROR,
    on=("RUN", "ARG", "ENV"),
    words=("_version", "node_major", "goversion", "nodesource.com", *_VERSION_MANAGERS, *_CONDA),
)
def end_of_life_runtime(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Installed language runtime is past its end of life.

    Security holes in that release are no longer fixed, so they stay in the image. If support ended less than
    a year ago, the finding is a warning; in a stage that is not part of the final image, it is a note.

    Bad (a repository for one release)::

    ```dockerfile
    FROM debian:13
    RUN curl -fsSL https://deb.nodesource.com/setup_14.x -o setup.sh && sh setup.sh
    #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Node.js 14 has had no security fixes since 2023-04-30
    ```

    Bad (a version manager)::

    ```dockerfile
    FROM debian:13
    RUN pyenv install 3.6.15
    #                 ^^^^^^ Python 3.6 has had no security fixes
    ```

    Bad (a variable that a RUN uses)::

    ```dockerfile
    FROM debian:13
    ENV GOLANG_VERSION=1.19.1
    #                  ^^^^^^ Go 1.19 has had no security fixes
    RUN curl -fsSLO https://go.dev/dl/go${GOLANG_VERSION}.linux-amd64.tar.gz
    ```

    Good::

    ```dockerfile
    FROM debian:13
    ARG NODE_VERSION=24.11.1
    RUN curl -fsSLO https://nodejs.org/dist/v${NODE_VERSION}/node-v${NODE_VERSION}-linux-x64.tar.xz
    ```

    Good (the distribution maintains its own packages)::

    ```dockerfile
    FROM almalinux:9
    RUN dnf install -y python3.9
    ```

    Good (several releases to test against)::

    ```dockerfile
    FROM debian:13
    RUN pyenv install 3.6.15 && pyenv install 3.14.0
    ```

    How to fix: install a supported release, or start from the official image of the language.

    Known problems: the rule reads NodeSource URLs, the common version managers, conda, and variables with the
    usual names. It does not see what a script installs.

    Source: endoflife.date; the languages' own calendars.
    """
    if stage is None:
        return
    today = stage.dockerfile.build.today
    installed = list(_installed_releases(instruction, stage))
    counts: dict[str, int] = {}
    for _, image, _ in installed:
        counts[image] = counts.get(image, 0) + 1
    for span, image, release in installed:
        # Several releases of one language are installed to test against them.
        if counts[image] > 1:
            continue
        record = knowledge.end_of_life(image, release)
        if record is not None and record.is_past(today):
            # Before Node.js 4 a release was named by its first two numbers.
            has_two_numbers = record.tag_prefix == "0"
            shown = ".".join(release.split(".")[:2]) if has_two_numbers else record.tag_prefix
            yield _end_of_life_finding(span, _LANGUAGES[image], shown, record, stage, today)


def _end_of_life_finding(
    span: Span, language: str, release: str, record: EolRecord, stage: Stage, today: str
) -> Finding:
    end = record.date
    status = f"has had no security fixes since {end}" if end else "no longer gets security fixes"
    newest = record.newest_supported(today)
    if newest is None:
        remedy = "Install a supported release"
    else:
        until = f", which is supported until {newest[1]}" if newest[1] else ""
        remedy = f"Install {language} {newest[0]}{until}"
    severity = Severity.ERROR
    if not stage.ships:
        severity = Severity.INFO
    elif ended_within_a_year(end, today):
        severity = Severity.WARNING
    return Finding.at(span, f"{language} {release} {status}. {remedy}.", severity=severity)


def _installed_releases(instruction: Instruction, stage: Stage) -> Iterator[Installed]:
    """The releases that an instruction installs, or that it stores in a variable for a later RUN or ADD."""
    if isinstance(instruction, Arg | Env):
        for pair in instruction.pairs:
            image = _VERSION_VARIABLES.get(pair.name.upper())
            value = pair.value.value.removeprefix("v") if pair.value else ""
            if image is None or pair.value is None or not _is_release(value, image):
                continue
            if stage.root.base.upstream.rpartition("/")[2] == image:
                continue  # the base image sets this variable, and its tag names the release
            if _is_used_later(pair.name, instruction, stage):
                yield pair.value, image, value
        return
    for command in getattr(instruction, "commands", ()):
        yield from _releases_in_command(command)


def _releases_in_command(command: Command) -> Iterator[Installed]:
    manager = _VERSION_MANAGERS.get(command.name)
    if manager is not None:
        image, subcommands = manager
        operands = [word for word in command.args if not word.value.startswith("-")]
        for subcommand, word in pairwise(operands):
            release = word.value.removeprefix("v")
            if subcommand.value in subcommands and _is_release(release, image):
                yield Span(word.start, word.end), image, release
                return
    elif command.name == "rvm-shell" and command.args:
        # It runs a script like a shell; only a script with a single command is read.
        script = command.args[-1]
        words = script.value.split()
        if words[:2] == ["rvm", "install"] and len(words) > 2 and _is_release(words[2], "ruby"):
            yield Span(script.start, script.end), "ruby", words[2]
    elif command.name in _CONDA:
        for word in command.args:
            package, _, version = word.value.partition("=")
            release = version.strip("=*").rstrip(".")
            if package == "python" and _is_release(release, "python"):
                yield Span(word.start, word.end), "python", release
                return
    for word in command.words:
        if _NODESOURCE in word.value:
            release = _release_in_nodesource_url(word.value)
            if release:
                yield Span(word.start, word.end), "node", release
                return


def _release_in_nodesource_url(text: str) -> str:
    """The release in ``…/setup_14.x`` or ``…/node_14.x``; "" if the URL has another form."""
    for prefix in ("/setup_", "/node_"):
        at = text.find(prefix, text.find(_NODESOURCE))
        release, dot, _ = text[at + len(prefix) :].partition(".x") if at >= 0 else ("", "", "")
        if dot and _is_release(release, "node"):
            return release
    return ""


def _is_release(text: str, image: str) -> bool:
    """Whether a text looks like a release of the language, such as 3.14; only Node.js has one-number releases."""
    parts = text.partition("-")[0].split(".")
    if not all(part.isascii() and part.isdecimal() and len(part) < 4 for part in parts):
        return False
    return len(parts) > 1 or image == "node"


def _is_used_later(name: str, instruction: Instruction, stage: Stage) -> bool:
    """Whether a RUN or ADD below the instruction uses the variable."""
    last_uses: dict[str, int] | None = stage.facts.get("version-uses")
    if last_uses is None:
        from dockerlint_rules.syntax.word_variables import variables

        last_uses = stage.facts["version-uses"] = {}
        for user in stage.of("RUN", "ADD"):
            for use in variables(user.original, user.escape):
                last_uses[use.name] = user.start
    return last_uses.get(name, -1) > instruction.start
