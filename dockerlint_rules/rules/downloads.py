"""What a build fetches from the network: how surely it is what was meant, and whether it is checked."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_flag, is_item, remove_word
from dockerlint_rules.model.layers.cleanup import last_where
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Add, Instruction, Pairs, Run
    from dockerlint_rules.syntax.shell.script import Command, ShellWord

_FETCHERS = ("curl", "wget")
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
_INTERPRETERS = _SHELLS | {"python", "python2", "python3", "perl", "ruby", "node", "php"}
# Programs that compare a file with what it must be.
_CHECKERS = frozenset({
    "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "shasum", "md5sum", "b2sum", "b3sum", "cksum",
    "gpg", "gpg2", "gpgv", "gpgv2", "cosign", "minisign", "signify", "openssl", "rhash", "sha256", "sha512",
})  # fmt: skip
_LOCAL = (
    "localhost",
    "127.",
    "0.0.0.0",
    "[::1]",
    "host.docker.internal",
    "10.",
    "192.168.",
    "169.254.",
)
_MOVING_BRANCHES = frozenset(
    {"master", "main", "develop", "dev", "trunk", "head", "latest", "stable", "devel", "next"}
)


# -- scripts out of the network ------------------------------------------------------------------------


@rule("DF240", severity=Severity.WARNING, on=_FETCHERS)
def remote_script_run(command: Command, run: Run) -> Iterator[Finding]:
    """A script from the network is run unseen.

    Whoever controls that address, or what lies between, runs commands as root in the build. The
    script may be another one tomorrow, and when the download stops half-way the shell runs the
    half that it got.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/install.sh | sh
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Bad (in a substitution)::

    ```dockerfile
    FROM debian:12
    RUN bash -c "$(curl -fsSL https://example.com/install.sh)"
    #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL -o install.sh https://example.com/v1.2/install.sh \\
        && echo "0f1e…  install.sh" | sha256sum -c - \\
        && sh install.sh
    ```

    Good (the answer is only read)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/versions | grep stable
    ```

    How to fix: fetch a fixed version into a file, compare it with a known checksum, then run it; or
    install the program from a package repository or from its own image with ``COPY --from``.

    Known problems: a script that is saved, and run without a check in a later command, is not seen.

    Source: Sysdig and OWASP advice on container builds; ``curl | sh`` is also refused by several scanners.
    """
    if not _remote(command) or _asks_only(command):
        return
    target = _runner(command)
    if target is not None:
        yield Finding.at(
            Span(command.start, target.end),
            f"'{target.name}' runs what '{command.name}' fetches, unseen and unchecked. "
            "Fetch a fixed version into a file, compare its checksum, then run it.",
        )
    elif command.nested and len(command.pipeline) == 1 and _is_script_of_shell(command, run):
        yield Finding.at(
            Span(command.start, command.end),
            f"A shell runs what '{command.name}' fetches, unseen and unchecked. "
            "Fetch a fixed version into a file, compare its checksum, then run it.",
        )


def _asks_only(command: Command) -> bool:
    return command.has_flag("-I", "--head", "--version", "-V", "--help", "--spider")


def _runner(command: Command) -> Command | None:
    """The interpreter at the end of the command's pipeline that reads its script from there."""
    pipeline = command.pipeline
    if len(pipeline) < 2 or pipeline[0] is not command:
        return None
    last = pipeline[-1]
    name = last.name.rstrip("0123456789.")
    if name in _SHELLS:
        operands = last.operands("-o", "-c")
        reads = not last.has_flag("-c") and (
            last.has_flag("-s") or not operands or operands[0].value in ("-", "/dev/stdin")
        )
        return last if reads else None
    if name in _INTERPRETERS:
        operands = last.operands()
        reads = not last.has_flag("-c", "-e", "-m", "-n", "-p", "-r", "-l", "-E") and (
            not operands or operands[0].value == "-"
        )
        return last if reads else None
    return None


def _is_script_of_shell(command: Command, run: Run) -> bool:
    """Whether a nested command stands in ``sh -c "$(…)"``, ``bash <(…)``, ``eval "$(…)"`` or ``. <(…)``."""
    text = run.source.text
    before = text[max(run.start, command.outer_start - 200) : command.outer_start].rstrip()
    if before.endswith("$("):
        head = before[:-2].rstrip("\"'")
    elif before.endswith(("<(", "`")):
        head = before[: -2 if before.endswith("<(") else -1].rstrip("\"'")
    else:
        return False
    words = head.replace("\\\n", " ").split()
    if not words:
        return False
    if before.endswith("<("):
        return words[-1].rpartition("/")[2] in {*_SHELLS, "source", "."}
    if words[-1] == "-c" and len(words) > 1:
        return words[-2].rpartition("/")[2] in _SHELLS
    return words[-1] == "eval" and len(command.pipeline) == 1


# -- addresses ---------------------------------------------------------------------------------------------


def _urls(command: Command) -> Iterator[ShellWord]:
    for word in command.args:
        if word.value.lower().startswith(("http://", "https://", "ftp://")):
            yield word


def _remote(command: Command) -> bool:
    """Whether a command names an address, or something that may hold one."""
    return any("://" in word.value or "$" in word.value for word in command.args) or any(
        "." in word.value and "/" in word.value for word in command.operands()
    )


def _is_clear(address: str) -> bool:
    lower = address.lower()
    if not lower.startswith(("http://", "ftp://")):
        return False
    host = lower.partition("://")[2]
    return bool(host) and not host.startswith(_LOCAL) and not host.startswith(("$", "{"))


def _compares(command: Command) -> bool:
    return any("checksum" in word.value.lower() or "sha256" in word.value for word in command.words)


def _verified(run: Run, command: Command) -> bool:
    """Whether the RUN compares anything with a checksum or a signature after *command*."""
    last = last_where(run, "checks-a-download", lambda one: one.name in _CHECKERS or _compares(one))
    return last > command.index


@rule("DF241", severity=Severity.WARNING, fix="unsafe", on=_FETCHERS)
def clear_text_download(command: Command, run: Run) -> Iterator[Finding]:
    """A download in clear text, and nothing checks it.

    Over ``http://`` anybody on the way can put something else in its place, and the build takes it
    as root. TLS or a checksum closes that door.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO http://example.com/tool-1.2.tar.gz && tar xzf tool-1.2.tar.gz
    #               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO https://example.com/tool-1.2.tar.gz && tar xzf tool-1.2.tar.gz
    ```

    Good (checked)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO http://example.com/tool-1.2.tar.gz \\
        && echo "0f1e…  tool-1.2.tar.gz" | sha256sum -c - \\
        && tar xzf tool-1.2.tar.gz
    ```

    How to fix: use ``https://`` where the server has it; otherwise compare a checksum that the
    Dockerfile holds.

    Fix safety: unsafe, because not every server has https.

    Known problems: a proxy or a repository inside of your own network may be meant; the rule leaves
    private and local addresses alone.

    Source: OWASP, "Transport Layer Security Cheat Sheet".
    """
    if _asks_only(command):
        return
    for word in _urls(command):
        if _is_clear(word.value) and not _verified(run, command):
            yield Finding.at(
                word,
                f"'{_shown(word.value)}' is fetched in clear text and not checked: anybody on the way can change it. "
                "Use https, or compare a checksum.",
                fix=_with_https(word, run),
            )


def _with_https(word: ShellWord, run: Run) -> Fix | None:
    written = run.source.text[word.start : word.end]
    at = written.find("http://")
    if at < 0 or written.count("http://") > 1 or ":80" in written:
        return None
    place = word.start + at + len("http")
    return Fix("Use https.", [Edit(place, place, "s")], safe=False)


def _shown(address: str) -> str:
    return address if len(address) <= 60 else f"{address[:57]}…"


@rule("DF242", severity=Severity.INFO, default=False, on=_FETCHERS)
def unverified_download(command: Command, run: Run) -> Iterator[Finding]:
    """A program or archive is fetched and never checked.

    A release can be replaced, a mirror broken into; TLS only says from where the file came. A
    checksum in the Dockerfile says that it is the file that was tried.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /usr/bin/tool https://example.com/v1/tool && chmod +x /usr/bin/tool
    #                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /usr/bin/tool https://example.com/v1/tool \\
        && echo "0f1e…  /usr/bin/tool" | sha256sum -c - \\
        && chmod +x /usr/bin/tool
    ```

    How to fix: put the checksum into the Dockerfile and compare it in the same RUN, or fetch with
    ``ADD --checksum=sha256:…``.

    Known problems: off by default, since many teams trust TLS and the publisher.

    Source: Docker docs, "Dockerfile reference", ADD --checksum.
    """
    if _asks_only(command) or _runner(command) is not None or _verified(run, command):
        return
    if not (_saves(command) or _unpacks(command)):
        return
    for word in _urls(command):
        if not _is_clear(word.value) and _is_program(word.value, command, run):
            yield Finding.at(
                word,
                f"Nothing checks that '{_shown(word.value)}' is what it was. Compare its checksum in the same RUN.",
            )
            return


def _saves(command: Command) -> bool:
    if command.name == "wget":
        return command.value_of("-O", "--output-document") not in ("-", "/dev/null", "/dev/stdout")
    return command.has_flag("-o", "--output", "-O", "--remote-name") or any(
        operator.endswith((">", ">>")) for operator, _ in command.redirects
    )


def _unpacks(command: Command) -> bool:
    return len(command.pipeline) > 1 and command.pipeline[-1].name in (
        "tar", "bsdtar", "unzip", "gunzip", "cpio", "dpkg",
    )  # fmt: skip


_ARCHIVES = (".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar.zst", ".zip", ".deb", ".rpm", ".jar", ".war", ".gz", ".xz", ".bin", ".run", ".whl")  # fmt: skip


def _is_program(address: str, command: Command, run: Run) -> bool:
    path = address.partition("?")[0].lower()
    if path.endswith(_ARCHIVES) or _unpacks(command):
        return True
    return last_where(run, "makes-executable", _makes_executable) > command.index


def _makes_executable(command: Command) -> bool:
    mode = next((word.value for word in command.args if word.value[:2] != "--"), "")
    if command.name != "chmod":
        return False
    if mode.isdigit():
        return any(digit in "1357" for digit in mode[-3:])
    return any("x" in part and ("+" in part or "=" in part) for part in mode.split(","))


# -- checks that are switched off ----------------------------------------------------------------------


@rule(
    "DF243",
    severity=Severity.WARNING,
    fix="unsafe",
    on=("apt", "apk", "rpm", "zypper", "pip", "npm", "yarn"),
    words=("--allow", "--force-yes", "--no-gpg", "--nogpg", "--nosignature", "--trusted-host"),
)
def unsigned_packages(install: PackageCall, run: Run) -> Iterator[Finding]:
    """Signatures or certificates of packages are not checked.

    The package manager would refuse a package that nobody signed, or a server that is not what it says; with
    this flag it takes anything, and runs its scripts as root.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache --allow-untrusted https://example.com/tool.apk
    #                      ^^^^^^^^^^^^^^^^^
    ```

    Bad (apt)::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --allow-unauthenticated tool
    #                                        ^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y tool
    ```

    How to fix: bring the repository's key into the image (``signed-by`` for apt, ``/etc/apk/keys``,
    ``rpm --import``) and drop the flag.

    Known problems: a package file of one's own build, taken from the build context, cannot be replaced by
    others; for apk it needs the flag, and the rule leaves it alone.

    Source: apt-get(8), apk(8), dnf(8), pip's documentation of ``--trusted-host``.
    """
    if install.action not in ("install", "update", "upgrade", "download", "dist-upgrade"):
        return
    for flag in _UNCHECKED.get(install.family, ()):
        word = install.flag(flag)
        if word is None or _is_own_file(install):
            continue
        if flag == "--trusted-host" and (install.value_of(flag) or "").startswith(_LOCAL):
            continue
        yield Finding.at(
            word,
            f"'{word.value}' lets '{install.tool}' take packages that nobody vouches for. "
            "Add the repository's key or certificate and drop the flag.",
            fix=None if flag in ("--trusted-host", "--allow-untrusted") else _dropped(word, run),
        )
        return


def _dropped(word: ShellWord, run: Run) -> Fix | None:
    edit = remove_word(word, run)
    return Fix(f"Drop {word.value}.", [edit], safe=False) if edit is not None else None


_UNCHECKED: dict[str, tuple[str, ...]] = {
    "apt": ("--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories"),
    "apk": ("--allow-untrusted",),
    "rpm": ("--nogpgcheck", "--no-gpgchecks", "--nosignature", "--nogpg"),
    "zypper": ("--no-gpg-checks", "--allow-unsigned-rpm"),
    "pip": ("--trusted-host",),
}


def _is_own_file(install: PackageCall) -> bool:
    """Whether all that is installed comes out of files at hand."""
    return bool(install.packages) and all(
        one.kind in ("file", "path", "variable") and "://" not in one.word.value
        for one in install.packages
    )


@rule(
    "DF244",
    severity=Severity.WARNING,
    fix="unsafe",
    on=("curl", "wget", "git", "npm", "yarn", "pip"),
    words=(
        "curl",
        "no-check-certificate",
        "sslverify",
        "strict-ssl",
        "strictssl",
        "trusted-host",
    ),
)
def unchecked_certificate(command: Command, run: Run) -> Iterator[Finding]:
    """The server's certificate is not checked.

    Without the check TLS protects nothing: anybody on the way can answer instead of the server, and
    the build runs or installs what they send.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLk -o tool.tgz https://example.com/tool.tgz
    #        ^^^^^^
    ```

    Bad (git)::

    ```dockerfile
    FROM debian:12
    RUN git config --global http.sslVerify false
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL -o tool.tgz https://example.com/tool.tgz
    ```

    Good (checked otherwise)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLk -o tool.tgz https://example.com/tool.tgz && echo "0f1e…  tool.tgz" | sha256sum -c -
    ```

    How to fix: install ``ca-certificates``, or add your own authority's certificate to the image.

    Source: curl(1) ``--insecure``, wget(1) ``--no-check-certificate``, git-config(1) ``http.sslVerify``.
    """
    found = _unchecked(command)
    if found is None:
        return
    if command.name in _FETCHERS and _verified(run, command):
        return
    addresses = list(_urls(command))
    if addresses and all(_is_local(word.value) for word in addresses):
        return
    yield Finding.at(
        found,
        "The server's certificate is not checked, so anybody on the way can answer in its place. "
        "Install ca-certificates (or your own authority) and check it.",
        fix=_checked(found, run),
    )


def _checked(found: Span | ShellWord, run: Run) -> Fix | None:
    """Without the flag, or without its letter in a cluster of flags."""
    written = run.source.text[found.start : found.end]
    if written in ("-k", "--insecure", "--no-check-certificate"):
        edit = remove_word(found, run)
    elif (
        written[:1] == "-"
        and written[1:].isalpha()
        and written.count("k") == 1
        and written[1] != "-"
    ):
        at = found.start + written.index("k")
        edit = Edit(at, at + 1, "")
    else:
        return None
    return Fix("Check the certificate.", [edit], safe=False) if edit is not None else None


def _is_local(address: str) -> bool:
    return address.partition("://")[2].startswith(_LOCAL)


def _unchecked(command: Command) -> Span | ShellWord | None:
    name = command.name
    if name == "curl":
        return command.flag("-k", "--insecure")
    if name == "wget":
        return command.flag("--no-check-certificate")
    words = [word.value.lower() for word in command.args]
    if name == "git":
        for at, word in enumerate(words):
            if word == "http.sslverify=false" or (
                word == "http.sslverify" and words[at + 1 : at + 2] in (["false"], ["0"])
            ):
                return Span(command.start, command.end)
        return None
    if words[:1] in (["config"], ["set"]):
        plain = " ".join(words).replace("=", " ")
        if "strict-ssl false" in plain or "strictssl false" in plain:
            return Span(command.start, command.end)
        if name == "pip" and "trusted-host" in plain:
            return Span(command.start, command.end)
    return None


_SWITCHES = {
    "PYTHONHTTPSVERIFY": ("0",),
    "NODE_TLS_REJECT_UNAUTHORIZED": ("0",),
    "GIT_SSL_NO_VERIFY": ("1", "true", "yes", "on"),
    "NPM_CONFIG_STRICT_SSL": ("false", "0"),
    "CONDA_SSL_VERIFY": ("false", "0", "no"),
}


@rule(
    "DF245",
    severity=Severity.ERROR,
    on=("ENV", "ARG"),
    words=("python", "node_tls", "git_ssl", "ssl"),
)
def certificates_off(instruction: Instruction) -> Iterator[Finding]:
    """A variable switches the check of certificates off.

    It stays in the image: every program of that language that runs there talks to anybody who answers.

    Bad::

    ```dockerfile
    FROM node:24
    ENV NODE_TLS_REJECT_UNAUTHORIZED=0
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM node:24
    COPY company-ca.pem /usr/local/share/ca.pem
    ENV NODE_EXTRA_CA_CERTS=/usr/local/share/ca.pem
    ```

    How to fix: add your own authority's certificate instead.

    Source: Node.js, "Command-line API", ``NODE_TLS_REJECT_UNAUTHORIZED``; git(1); PEP 493.
    """
    pairs: Pairs = instruction  # type: ignore[assignment]
    for pair in pairs.pairs:
        off = _SWITCHES.get(pair.name.upper())
        if off and pair.value is not None and pair.value.value.lower() in off:
            yield Finding.at(
                pair,
                f"{pair.name} switches the check of certificates off in this image. "
                "Add your own authority's certificate instead.",
            )


# -- things that move ---------------------------------------------------------------------------------------


@rule("DF246", severity=Severity.INFO, on=("git",))
def unpinned_clone(command: Command, run: Run) -> Iterator[Finding]:
    """A repository is cloned at whatever is newest.

    The same Dockerfile builds something else next week, and the build cache keeps an old state for as
    long as the line stays the same. A tag or commit says what is meant.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN git clone --depth 1 https://example.com/tool.git && make -C tool
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Bad (a branch moves as well)::

    ```dockerfile
    FROM debian:12
    RUN git clone -b master https://example.com/tool.git
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN git clone --depth 1 --branch v1.4.2 https://example.com/tool.git
    ```

    Good (checked out later)::

    ```dockerfile
    FROM debian:12
    RUN git clone https://example.com/tool.git && cd tool && git checkout 3f2c1ab
    ```

    How to fix: clone a tag with ``--branch``, or check a commit out in the same RUN; or fetch it with
    ``ADD https://…git#v1.4.2``.

    Known problems: a checkout in a later RUN is seen only in the same stage.

    Source: Docker docs, "Dockerfile reference", ADD from Git repositories.
    """
    words = command.operands(
        "-b", "--branch", "--depth", "-C", "-c", "--reference", "-o", "--origin", "-j", "--jobs"
    )
    if len(words) < 2 or words[0].value != "clone":
        return
    source = words[1].value
    if not ("://" in source or "@" in source) or source.startswith("file://"):
        return
    branch = command.value_of("-b", "--branch")
    if branch is not None and branch.startswith("${") and run.stage is not None:
        branch = run.stage.scope.value_at(run, branch[2:-1]) or branch
    if branch is not None and branch.lower() not in _MOVING_BRANCHES:
        return
    if command.has_flag("--revision") or _is_checked_out(run, command):
        return
    yield Finding.at(
        Span(command.start, command.end),
        f"{'Branch ' + repr(branch) if branch else 'The default branch'} moves, so another build gets other code. "
        "Clone a tag with '--branch', or check out a commit in the same RUN.",
    )


def _is_checked_out(run: Run, command: Command) -> bool:
    last = last_where(run, "git-checkout", _checks_out)
    if last > command.index:
        return True
    stage: Stage | None = run.stage
    if stage is None:
        return False
    known = stage.facts.get("git-checkout")
    if known is None:
        known = max(
            (one.start for one in stage.runs if any(map(_checks_out, one.commands))), default=-1
        )
        stage.facts["git-checkout"] = known
    return bool(known > run.start)


def _checks_out(command: Command) -> bool:
    if command.name != "git":
        return False
    words = [word.value for word in command.operands("-C", "-c")]
    if words[:1] in (["checkout"], ["switch"], ["fetch"], ["cherry-pick"], ["submodule"]):
        return (
            words[0] != "submodule" and len(words) > 1 and words[1].lower() not in _MOVING_BRANCHES
        )
    return words[:2] == ["reset", *words[1:2]] and len(words) > 1


_OLD_APT = {"debian": {"7", "8"}, "ubuntu": {"12.04", "14.04"}}
_OLD_RELEASES = frozenset({"jessie", "precise", "trusty", "wheezy"})


def _is_old_apt(stage: Stage) -> bool:
    """Whether the base is a release whose apt is older than ``signed-by``."""
    base = stage.root.base
    tag = base.tag or ""
    number = tag.partition("-")[0]
    if base.upstream == "debian":
        number = number.partition(".")[0]
    return number in _OLD_APT.get(base.upstream, ()) or not _OLD_RELEASES.isdisjoint(tag.split("-"))


@rule("DF247", severity=Severity.WARNING, fix=None, on=("apt-key",))
def apt_key_used(command: Command, stage: Stage | None) -> Iterator[Finding]:
    """apt-key trusts a key for every repository.

    The key's owner can then sign a replacement of any package of the system. ``apt-key`` is
    deprecated for that reason, and gone since Debian 13 and Ubuntu 24.10.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/key.asc | apt-key add -
    #                                            ^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ADD https://example.com/key.asc /etc/apt/keyrings/example.asc
    RUN echo "deb [signed-by=/etc/apt/keyrings/example.asc] https://example.com/apt stable main" \\
        > /etc/apt/sources.list.d/example.list
    ```

    How to fix: put the key into ``/etc/apt/keyrings`` and name it with ``signed-by`` in the source.

    Known problems: apt knows ``signed-by`` since 1.1; older releases (Debian 8, Ubuntu 14.04) are left alone.

    Source: apt-key(8), section "Deprecation"; apt's changelog, 1.1.
    """
    if stage is not None and _is_old_apt(stage):
        return
    words = command.operands(
        "--keyserver", "--keyring", "--recv-keys", "--recv", "--keyserver-options"
    )
    acts = {word.value for word in words} & {"add", "adv"} or command.has_flag(
        "--recv-keys", "--recv"
    )
    if acts and not command.has_flag("--keyring"):
        yield Finding.at(
            Span(command.start, command.end),
            "'apt-key' trusts this key for every repository, and it is gone from newer releases. "
            "Put the key into /etc/apt/keyrings and name it with 'signed-by'.",
        )


@rule("DF248", severity=Severity.INFO, fix="unsafe", on=("curl",))
def curl_without_fail(command: Command, run: Run) -> Iterator[Finding]:
    """curl saves an error page as if it were the file.

    Without ``--fail`` curl ends well on "404 Not Found" and writes the page into the file; the build
    goes on, and the image breaks much later.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -sSL -o /usr/bin/tool https://example.com/tool && chmod +x /usr/bin/tool
    #   ^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL -o /usr/bin/tool https://example.com/tool && chmod +x /usr/bin/tool
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl --fail -sSLO https://example.com/tool.tgz
    ```

    How to fix: add ``-f``.

    Fix safety: unsafe, since a build that went on with an error page stops now, which is the point.

    Source: curl(1), ``--fail``.
    """
    if command.has_flag(
        "-f", "--fail", "--fail-with-body", "--fail-early", "-I", "--head", "-V", "--version"
    ):
        return
    if command.has_flag("-w", "--write-out", "-K", "--config", "-X", "--request") or not _remote(
        command
    ):
        return
    saves = command.has_flag("-o", "--output", "-O", "--remote-name", "--output-dir")
    if not (
        saves
        or any(
            operator.rstrip(">") in ("", "1") and ">" in operator
            for operator, _ in command.redirects
        )
    ):
        return
    if command.value_of("-o", "--output") in ("/dev/null", "-") or _runner(command):
        return
    if _verified(run, command):
        return
    yield Finding.at(
        command.words[0],
        "curl takes an error page for the file and ends well. Add '-f', so that the build stops instead.",
        fix=Fix("Add -f.", [_with_letter(command, run)], safe=False),
    )


def _with_letter(command: Command, run: Run) -> Edit:
    """Put ``f`` to the first cluster of one-letter flags, or before everything."""
    first = command.args[0] if command.args else None
    if (
        first is not None
        and first.literal
        and first.text == first.value
        and len(first.text) > 1
        and first.text[0] == "-"
        and first.text[1:].isalpha()
    ):
        at = first.start + 1 + is_item(first, run)
        return Edit(at, at, "f")
    return insert_flag(command.words[0], "-f", run)


@rule("DF249", severity=Severity.INFO, default=False)
def unchecked_remote_add(add: Add) -> Iterator[Finding]:
    """ADD fetches a file and nothing checks it.

    The address can give another file tomorrow. BuildKit compares a checksum when it is told one.

    Bad::

    ```dockerfile
    FROM debian:12
    ADD https://example.com/tool-1.2.tar.gz /opt/
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d \\
        https://example.com/tool-1.2.tar.gz /opt/
    ```

    How to fix: add ``--checksum=sha256:…``; for a Git repository name a commit.

    Source: Docker docs, "Dockerfile reference", ADD --checksum.
    """
    if add.flag("checksum"):
        return
    for word in add.sources:
        lower = word.value.lower()
        if lower.startswith(("http://", "https://")) and ".git" not in lower:
            yield Finding.at(
                word,
                f"Nothing checks that '{_shown(word.value)}' is what it was. Add '--checksum=sha256:…'.",
            )
