"""The fix for an image that runs as root: it creates a user and switches to it before the program starts."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Fix
from dockerlint_rules.fixes.edits import insert_above, insert_below, instruction_like
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.syntax.dockerfile.instructions import Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction

# Programs that have to start as root. Some of them drop their privileges later, others never do.
_ROOT_PROGRAMS = frozenset({
    "apache2", "apache2ctl", "apachectl", "cron", "crond", "dhcpd", "dnsmasq", "dockerd", "haproxy", "httpd",
    "init", "iptables", "named", "nginx",
    "ntpd", "openvpn", "php-fpm", "postfix", "rsyslogd", "runsvdir", "s6-svscan", "service", "slapd", "smbd",
    "squid", "sshd", "supervisord",
    "systemd", "tini-root", "vsftpd", "wg-quick", "xinetd",
})  # fmt: skip
_ROOT_PROGRAM_PREFIXES = ("php-fpm", "s6-", "init")
# Distributions by the command that creates a user there.
_USERADD_DISTRIBUTIONS = frozenset({"debian", "ubuntu", "rhel-like", "suse", "arch"})
_ADDUSER_DISTRIBUTIONS = frozenset({"alpine", "busybox", "wolfi"})
# An image that starts one of these without arguments is a base for other images.
_PROMPTS = frozenset({
    "bash", "sh", "ash", "dash", "zsh", "fish", "python", "python2", "python3", "node", "irb", "iex", "ghci",
    "julia", "R", "jshell", "php",
})  # fmt: skip
# Instructions that may need root; USER has to come after the last of them.
_BUILD_KEYWORDS = ("RUN", "COPY", "ADD", "WORKDIR", "ONBUILD")
_WINDOWS_SHELLS = ("cmd", "powershell", "pwsh")


def unprivileged_user(stage: Stage) -> Fix | None:
    """Create a user with the base image's own tools, and run the program as that user.

    None if the program may need root, if none is started, or if nothing is known about the base image.
    """
    starts = stage.start_commands
    if not stage.of("CMD", "ENTRYPOINT") or any(_needs_root(start) for start in starts):
        return None
    has_unknown_files = stage.root.base.is_scratch and stage.root.of("ADD")
    if all(_is_prompt(start) for start in starts) or has_unknown_files:
        return None
    installed = {package.name for call in stage.installs for package in call.packages}
    if installed & _ROOT_PROGRAMS or any(
        name.startswith(("openssh-server", "php-fpm")) for name in installed
    ):
        return None
    return _with_lines(stage, _user_instructions(stage))


def run_as(stage: Stage, user: str) -> Fix | None:
    """Run the program as a user that the stage has created."""
    return _with_lines(stage, [("USER", user)])


def _with_lines(stage: Stage, instructions: list[tuple[str, str]]) -> Fix | None:
    """Add instructions, of which the last is USER, before the program starts or at the end of the stage."""
    if not instructions:
        return None
    start = _start_after_build(stage)
    last = stage.instructions[-1]
    lines = [instruction_like(start or last, keyword, rest) for keyword, rest in instructions]
    edit = insert_above(start, *lines) if start is not None else insert_below(last, *lines)
    if edit is None:
        return None
    _, user = instructions[-1]
    return Fix(f"Run as '{user}'", [edit], safe=False)


def _user_instructions(stage: Stage) -> list[tuple[str, str]]:
    """Keyword and arguments of the instructions that create a user and switch to it; empty if unknown."""
    base = stage.root.base
    if base.is_name_certain and base.upstream == "node":
        return [("USER", "node")]
    shell = stage.shell_before(stage.instructions[-1])
    if shell and shell[0].lower().removesuffix(".exe") in _WINDOWS_SHELLS:
        return []
    name = distribution(base)
    if name in _USERADD_DISTRIBUTIONS:
        return [("RUN", "useradd --create-home app"), ("USER", "app")]
    if name in _ADDUSER_DISTRIBUTIONS:
        return [("RUN", "adduser -D app"), ("USER", "app")]
    return [("USER", "10001")] if name == "scratch" else []


def _start_after_build(stage: Stage) -> Instruction | None:
    """The first CMD or ENTRYPOINT after the last step of the build; None if there is none."""
    start = None
    for instruction in reversed(stage.instructions):
        if instruction.keyword in _BUILD_KEYWORDS:
            break
        if instruction.keyword in ("CMD", "ENTRYPOINT"):
            start = instruction
    return start


def _is_prompt(start: Program) -> bool:
    words = start.args if start.form == "json" else start.original.split()[1:]
    return not words or (
        words[0].rpartition("/")[2] in _PROMPTS and all(word.startswith("-") for word in words[1:])
    )


def _needs_root(start: Instruction) -> bool:
    """Whether the program has to start as root. In JSON form it may come after an init such as tini."""
    if not isinstance(start, Program):
        return True
    programs = [command.name for command in start.commands] if start.form == "shell" else []
    if start.form == "json":
        programs = [word.rpartition("/")[2] for word in start.args[:3]]
    return any(
        program in _ROOT_PROGRAMS or program.startswith(_ROOT_PROGRAM_PREFIXES)
        for program in programs
    )
