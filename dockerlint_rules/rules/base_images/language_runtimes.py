"""Rules about language runtimes."""

from __future__ import annotations

from itertools import pairwise

from dockerlint_rules import knowledge
from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Env
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.knowledge.release_records import EolRecord
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction
    from dockerlint_rules.syntax.shell.command import Command


# Variables that name the release of a language, and the image whose dates hold for it.
_VARIABLES = {
    "NODE_VERSION": "node", "NODEJS_VERSION": "node", "NODE_MAJOR": "node",
    "PYTHON_VERSION": "python", "PHP_VERSION": "php", "RUBY_VERSION": "ruby",
    "GO_VERSION": "golang", "GOLANG_VERSION": "golang", "GOVERSION": "golang",
}  # fmt: skip


_SHOWN = {"node": "Node.js", "python": "Python", "php": "PHP", "ruby": "Ruby", "golang": "Go"}


# Version managers that install one language: program to image and the words behind which a release stands.
_MANAGERS = {
    "nvm": ("node", ("install",)), "fnm": ("node", ("install",)), "nodenv": ("node", ("install",)),
    "rvm": ("ruby", ("install",)), "rbenv": ("ruby", ("install",)), "pyenv": ("python", ("install",)),
    "phpenv": ("php", ("install",)), "goenv": ("golang", ("install",)),
}  # fmt: skip


_CONDA = ("conda", "mamba", "micromamba")


# Where NodeSource's script and repository for a release are.
_NODESOURCE = "nodesource.com/"


@rule(
    "DF113",
    severity=Severity.ERROR,
    on=("RUN", "ARG", "ENV"),
    words=("_version", "node_major", "goversion", "nodesource.com", *_MANAGERS, *_CONDA),
)
def end_of_life_runtime(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Installed language runtime is past its end of life.

    Nobody mends security holes in that release any more, so they stay in the image. Where support ended
    less than a year ago this is a warning, and in a stage that does not ship a note.

    Bad (a repository of one release)::

    ```dockerfile
    FROM debian:13
    RUN curl -fsSL https://deb.nodesource.com/setup_14.x -o setup.sh && sh setup.sh
    #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Bad (a version manager)::

    ```dockerfile
    FROM debian:13
    RUN pyenv install 3.6.15
    #                 ^^^^^^
    ```

    Bad (a variable that a RUN uses)::

    ```dockerfile
    FROM debian:13
    ENV GOLANG_VERSION=1.19.1
    #                  ^^^^^^
    RUN curl -fsSLO https://go.dev/dl/go${GOLANG_VERSION}.linux-amd64.tar.gz
    ```

    Good::

    ```dockerfile
    FROM debian:13
    ARG NODE_VERSION=24.11.1
    RUN curl -fsSLO https://nodejs.org/dist/v${NODE_VERSION}/node-v${NODE_VERSION}-linux-x64.tar.xz
    ```

    Good (a distribution mends what it ships itself)::

    ```dockerfile
    FROM almalinux:9
    RUN dnf install -y python3.9
    ```

    Good (releases side by side, to test against)::

    ```dockerfile
    FROM debian:13
    RUN pyenv install 3.6.15 && pyenv install 3.14.0
    ```

    How to fix: install a release that is supported, or start from the language's image.

    Known problems: only NodeSource, the usual version managers, conda and variables of the usual names are
    read; what a script installs is not seen.

    Source: endoflife.date; the languages' own calendars.
    """
    if stage is None:
        return
    today = stage.dockerfile.build.today
    found = list(_installed(instruction, stage))
    images = [image for _, image, _ in found]
    for span, image, release in found:
        # Several releases side by side are there to be tested against.
        if images.count(image) > 1:
            continue
        record = knowledge.end_of_life(image, release)
        if record is not None and record.is_past(today):
            # Before Node.js 4 the second number told the release.
            shown = (
                ".".join(release.split(".")[:2]) if record.tag_prefix == "0" else record.tag_prefix
            )
            yield _ended(span, f"{_SHOWN[image]} {shown}", record, stage, today)


def _installed(one: Instruction, stage: Stage) -> Iterator[tuple[Span, str, str]]:
    """What an instruction installs: where it says so, the image of the same software, the release."""
    if isinstance(one, Arg | Env):
        for pair in one.pairs:
            image = _VARIABLES.get(pair.name.upper())
            value = pair.value.value.removeprefix("v") if pair.value else ""
            # A lone number is a release for Node.js alone.
            if image is None or pair.value is None or not _is_release(value, image):
                continue
            if stage.root.base.upstream.rpartition("/")[2] == image:
                continue  # the image's own variable, whose release its tag tells
            if _is_used(pair.name, one, stage):
                yield pair.value, image, value
        return
    for command in getattr(one, "commands", ()):
        yield from _by_command(command)


def _by_command(command: Command) -> Iterator[tuple[Span, str, str]]:
    known = _MANAGERS.get(command.name)
    if known is not None:
        image, actions = known
        plain = [word for word in command.args if not word.value.startswith("-")]
        for action, word in pairwise(plain):
            if action.value in actions and _is_release(word.value.removeprefix("v"), image):
                yield Span(word.start, word.end), image, word.value.removeprefix("v")
                return
    elif command.name == "rvm-shell" and command.args:
        # Takes a script as a shell does; only the plain call is read.
        words = command.args[-1].value.split()
        if words[:2] == ["rvm", "install"] and len(words) > 2 and _is_release(words[2], "ruby"):
            yield Span(command.args[-1].start, command.args[-1].end), "ruby", words[2]
    elif command.name in _CONDA:
        for word in command.args:
            name, _, release = word.value.partition("=")
            if name == "python" and _is_release(release.strip("=*").rstrip("."), "python"):
                yield Span(word.start, word.end), "python", release.strip("=*").rstrip(".")
                return
    for word in command.words:
        if _NODESOURCE in word.value:
            release = _of_nodesource(word.value)
            if release:
                yield Span(word.start, word.end), "node", release
                return


def _of_nodesource(text: str) -> str:
    """The release in ``…/setup_14.x`` or ``…/node_14.x``, "" where it is written as something else."""
    for sign in ("/setup_", "/node_"):
        at = text.find(sign, text.find(_NODESOURCE))
        release, dot, _ = text[at + len(sign) :].partition(".x") if at >= 0 else ("", "", "")
        if dot and _is_release(release, "node"):
            return release
    return ""


def _is_release(text: str, image: str) -> bool:
    """Whether a text is a number of the kind that the language's releases have."""
    parts = text.partition("-")[0].split(".")
    if not all(part.isascii() and part.isdecimal() and len(part) < 4 for part in parts):
        return False
    return len(parts) > 1 or image == "node"


def _is_used(name: str, one: Instruction, stage: Stage) -> bool:
    """Whether a later RUN or ADD of the stage installs by the variable."""
    uses: dict[str, int] | None = stage.facts.get("version-uses")
    if uses is None:
        from dockerlint_rules.syntax.word_variables import variables

        uses = stage.facts["version-uses"] = {}
        for other in stage.of("RUN", "ADD"):
            for use in variables(other.original, other.escape):
                uses[use.name] = other.start
    return uses.get(name, -1) > one.start


def _ended(span: Span, what: str, record: EolRecord, stage: Stage, today: str) -> Finding:
    end = record.date
    since = f" since {end}" if end else " any more"
    newest = record.newest_supported(today)
    cure = "Install a release that is supported"
    if newest is not None:
        until = f", which is supported until {newest[1]}" if newest[1] else ""
        cure = f"Install {what.partition(' ')[0]} {newest[0]}{until}"
    year_ago = f"{int(today[:4]) - 1}{today[4:]}" if today[:4].isdecimal() else ""
    severity = Severity.ERROR
    if not stage.ships:
        severity = Severity.INFO
    elif end and end >= year_ago:
        severity = Severity.WARNING
    text = f"{what} has had no security fixes{since}. {cure}."
    return Finding.at(span, text, severity=severity)
