"""The fix for an image that runs as root: a user of its own before the program is started."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Fix
from dockerlint_rules.fixes.edits import insert_above, insert_below, instruction_like
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.syntax.dockerfile.instructions import Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction

# What is started as root by design, and gives up its rights by itself or never.
_NEED_ROOT = frozenset({
    "apache2", "apache2ctl", "apachectl", "cron", "crond", "dhcpd", "dnsmasq", "dockerd", "haproxy", "httpd", "init", "iptables", "named", "nginx",
    "ntpd", "openvpn", "php-fpm", "postfix", "rsyslogd", "runsvdir", "s6-svscan", "service", "slapd", "smbd", "squid", "sshd", "supervisord",
    "systemd", "tini-root", "vsftpd", "wg-quick", "xinetd",
})  # fmt: skip
_USERADD = frozenset({"debian", "ubuntu", "rhel-like", "suse", "arch"})
_ADDUSER = frozenset({"alpine", "busybox", "wolfi"})
# What an image that others build upon starts.
_PROMPTS = frozenset(
    {
        "bash",
        "sh",
        "ash",
        "dash",
        "zsh",
        "fish",
        "python",
        "python2",
        "python3",
        "node",
        "irb",
        "iex",
        "ghci",
        "julia",
        "R",
        "jshell",
        "php",
    }
)
_BUILDS = ("RUN", "COPY", "ADD", "WORKDIR", "ONBUILD")


def unprivileged(stage: Stage) -> Fix | None:
    """Make a user, by what the base image has to make one, and run as it.  None where nothing tells what is run."""
    starts = stage.start_commands
    if not stage.of("CMD", "ENTRYPOINT") or any(_needs_root(one) for one in starts):
        return None
    if all(_is_prompt(one) for one in starts) or (
        stage.root.base.is_scratch and stage.root.of("ADD")
    ):
        return None
    installed = {package.name for call in stage.installs for package in call.packages}
    if installed & _NEED_ROOT or any(
        name.startswith(("openssh-server", "php-fpm")) for name in installed
    ):
        return None
    said = _lines(stage)
    if not said:
        return None
    anchor = _start(stage)
    last = stage.instructions[-1]
    lines = [instruction_like(anchor or last, keyword, rest) for keyword, rest in said]
    edit = insert_above(anchor, *lines) if anchor is not None else insert_below(last, *lines)
    if edit is None:
        return None
    return Fix(f"Run as '{said[-1][1]}'.", [edit], safe=False)


def run_as(stage: Stage, user: str) -> Fix | None:
    """Run as a user that the stage has made."""
    anchor = _start(stage)
    last = stage.instructions[-1]
    line = instruction_like(anchor or last, "USER", user)
    edit = insert_above(anchor, line) if anchor is not None else insert_below(last, line)
    return Fix(f"Run as '{user}'.", [edit], safe=False) if edit else None


def _lines(stage: Stage) -> list[tuple[str, str]]:
    base = stage.root.base
    if base.is_name_certain and base.upstream == "node":
        return [("USER", "node")]
    shell = stage.shell_before(stage.instructions[-1])
    if shell and shell[0].lower().removesuffix(".exe") in ("cmd", "powershell", "pwsh"):
        return []
    found = distribution(base)
    if found in _USERADD:
        return [("RUN", "useradd --create-home app"), ("USER", "app")]
    if found in _ADDUSER:
        return [("RUN", "adduser -D app"), ("USER", "app")]
    return [("USER", "10001")] if found == "scratch" else []


def _start(stage: Stage) -> Instruction | None:
    """The first CMD or ENTRYPOINT behind all that still builds; None where building ends the stage."""
    anchor = None
    for one in reversed(stage.instructions):
        if one.keyword in _BUILDS:
            break
        if one.keyword in ("CMD", "ENTRYPOINT"):
            anchor = one
    return anchor


def _is_prompt(start: Program) -> bool:
    words = start.args if start.form == "json" else start.original.split()[1:]
    return not words or (
        words[0].rpartition("/")[2] in _PROMPTS and all(one.startswith("-") for one in words[1:])
    )


def _needs_root(start: Instruction) -> bool:
    if not isinstance(start, Program):
        return True
    programs = [command.name for command in start.commands] if start.form == "shell" else []
    if start.form == "json":
        programs = [word.rpartition("/")[2] for word in start.args[:3]]
    return any(one in _NEED_ROOT or one.startswith(("php-fpm", "s6-", "init")) for one in programs)
