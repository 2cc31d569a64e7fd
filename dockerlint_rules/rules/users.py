"""Users, passwords, permissions and files that do not belong into an image."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_flag
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.unprivileged import run_as
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Onbuild, User
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Run, Workdir
    from dockerlint_rules.syntax.shell.script import Command


@rule("DF505", severity=Severity.WARNING, aliases=("DL3046",), fix="safe", on=("useradd",))
def sparse_log_of_high_uid(command: Command, run: Run) -> Iterator[Finding]:
    """useradd with a high uid fills the layer.

    ``useradd`` makes ``/var/log/lastlog`` and ``faillog`` long enough for the uid. The files are sparse on disk, but a
    layer stores every zero: a uid of a billion makes it gigabytes.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN useradd -u 1234567 app
    #   ^^^^^^^^^^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN useradd -l -u 1234567 app
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN useradd --no-log-init -u 1234567 app
    ```

    How to fix: add ``-l``.

    Fix safety: safe; only the two logs are left alone.

    Source: useradd(8), ``--no-log-init``; Docker docs, "Building best practices", USER.
    """
    if command.has_flag("-l", "--no-log-init"):
        return
    uid = command.value_of("-u", "--uid")
    if uid is None:
        return
    stage: Stage | None = run.stage
    if uid.startswith("${") and stage is not None:
        uid = stage.scope.value_at(run, uid[2:-1]) or uid
    if not (uid.isdecimal() and len(uid) > 5):
        return
    yield Finding.at(
        Span(command.start, command.end),
        f"useradd writes logs as long as uid {uid} is high, and the layer stores all of it. Add '-l'.",
        fix=Fix("Add -l.", [insert_flag(command.words[0], "-l", run)], safe=True),
    )


@rule("DF506", severity=Severity.INFO, default=False, aliases=("DL3066",))
def named_user(user: User, stage: Stage | None) -> Iterator[Finding]:
    """USER is a name and no number.

    Kubernetes can only check ``runAsNonRoot`` when the image says a number.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN useradd -r app
    USER app
    #    ^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    USER 10001
    ```

    How to fix: write the number, ``USER 10001``.

    Known problems: off by default; a name reads better where nothing checks it.

    Source: Kubernetes documentation, "Configure a Security Context".
    """
    word = user.user
    if word is None:
        return
    name = word.value if "$" in word.value else word.value.partition(":")[0]
    if not name or name.isdecimal():
        return
    if "$" in name and stage is not None and _is_argument(name, user, stage):
        return
    yield Finding.at(
        word,
        f"'{word.value}' is a name; Kubernetes can only check a number. Write the user's number.",
    )


def _is_argument(name: str, user: User, stage: Stage) -> bool:
    """Whether the value has a variable that an ARG above declares, the global ones included."""
    known = stage.facts.get("arg-names")
    if known is None:
        known = [
            (one.start, pair.name)
            for place in (
                stage.dockerfile.global_args,
                *(at.of("ARG") for at in stage.dockerfile.stages[: stage.index + 1]),
            )
            for one in place
            for pair in getattr(one, "pairs", ())
        ]
        stage.facts["arg-names"] = known
    from dockerlint_rules.syntax.words import variables

    used = {use.name for use in variables(name, user.escape)}
    return any(start < user.start and one in used for start, one in known)


@rule("DF507", severity=Severity.WARNING, on=("chpasswd", "passwd"))
def password_in_layer(command: Command, run: Run) -> Iterator[Finding]:
    """A password is set in the Dockerfile.

    It stands in the file and in the image's history: everybody who can pull the image knows it.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN echo "root:secret" | chpasswd
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN useradd --system app
    USER app
    ```

    How to fix: leave the account without a password, and enter with ``docker exec``; a service gets its secret when it
    starts.

    Source: Docker docs, "Build secrets".
    """
    if command.name == "passwd" and not command.has_flag("--stdin", "-d", "--delete"):
        return
    if command.has_flag("-l", "--lock", "--help") or (
        len(command.pipeline) < 2 and command.name == "chpasswd"
    ):
        return
    first = command.pipeline[0]
    if command.name == "chpasswd" and first.name not in ("echo", "printf"):
        return
    if first.name in ("echo", "printf") and any("$" in word.value for word in first.args):
        return  # made up when it is built
    what = (
        "removes the password"
        if command.has_flag("-d", "--delete")
        else "sets a password that everybody with the image knows"
    )
    yield Finding.at(
        Span(first.start, command.end),
        f"'{command.name}' {what}. Leave the account locked and enter with 'docker exec'.",
    )


@rule("DF508", severity=Severity.WARNING, default=False, on=("chmod",))
def open_to_everybody(command: Command, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Everybody may write.

    Any process in the container, whoever runs it, can replace these files; what a service loads from there is no
    longer what was built.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN chmod -R 777 /var/www
    #            ^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN chown -R www-data /var/www
    ```

    Good (a directory for all, with the sticky bit)::

    ```dockerfile
    FROM debian:12
    RUN chmod 1777 /scratch
    ```

    Good (an empty folder for whoever will run)::

    ```dockerfile
    FROM debian:12
    RUN mkdir -p /data && chmod 777 /data
    ```

    How to fix: give the files to the user that needs them, ``chown`` or ``COPY --chown``, or to its group.

    Known problems: off by default, as toolchains and folders are often opened for a user's number that is not known
    before. Folders that the same RUN makes, and stages that do not ship, are left alone.

    Source: CIS Docker Benchmark, section 4; OpenShift's guidelines use the root group instead.
    """
    if stage is not None and not stage.ships:
        return
    for word in command.operands()[:1]:
        mode = word.value
        digits = mode.lstrip("0")
        numeric = digits.isdecimal() and len(digits) == 3 and digits[-1] in "367"
        symbolic = mode in (
            "a+w",
            "a+rw",
            "a+rwx",
            "o+w",
            "o+rw",
            "o+rwx",
            "ugo+rwx",
            "a=rwx",
            "ugo+rw",
            "a+rwX",
            "ugo+rwX",
        )
        if not (numeric or symbolic):
            continue
        targets = [one.value.rstrip("/") for one in command.operands()[1:]]
        if all(
            one.startswith(("/tmp", "/var/tmp", "/dev/")) or _is_temporary(one) for one in targets
        ):
            return
        # Made for whoever will run, as official images do for any user's number.
        made = _made_folders(run)
        if all(one in made for one in targets):
            return
        yield Finding.at(
            word,
            f"'chmod {mode}' lets everybody write there. Give the files to the user that needs them.",
        )


def _made_folders(run: Run) -> frozenset[str]:
    """Folders that a RUN makes, as they are written; each RUN is asked once."""
    known: frozenset[str] | None = run.facts.get("made-folders")
    if known is None:
        known = run.facts["made-folders"] = frozenset(
            word.value.rstrip("/")
            for command in run.commands
            if command.name in ("mkdir", "install")
            for word in command.operands()
        )
        # What "mkdir -p" makes on the way.
        known = run.facts["made-folders"] = known.union(
            one.rpartition("/")[0] for one in known if one.startswith("$")
        )
    return known


def _is_temporary(path: str) -> bool:
    """Whether a variable is named for what ``mktemp`` made."""
    return path.startswith("$") and path.lower().strip("${}") in (
        "tmp",
        "temp",
        "tmpdir",
        "tempdir",
        "tmp_dir",
        "temp_dir",
    )


_SECRET_FILES = frozenset({
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".env", ".netrc", ".pgpass", ".npmrc", ".pypirc", ".git-credentials", "credentials.json",
    ".htpasswd", "secrets.yml", "secrets.yaml", "master.key", ".aws", ".ssh", "kubeconfig", ".kube", "service-account.json",
})  # fmt: skip
_SECRET_ENDS = (".pem", ".p12", ".pfx", ".jks", ".keystore")
_PUBLIC = (
    "ca.",
    "ca-",
    "-ca",
    "cacert",
    "root",
    "public",
    "pub.",
    "cert.",
    "bundle",
    "chain",
    "fullchain",
    "rds-",
    "global-bundle",
    "_ca",
)


@rule(
    "DF509",
    severity=Severity.WARNING,
    on=("COPY", "ADD", "ONBUILD"),
    words=(
        "id_", ".env", "netrc", "pgpass", "npmrc", "pypirc", "credentials", "htpasswd", "secrets.", ".aws", ".ssh", "kube", ".pem", ".p12", ".pfx",
        ".jks", ".keystore", ".key", "_rsa", "_key", "service-account",
    ),
)  # fmt: skip
def secret_file_copied(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """A file that holds secrets is copied into the image.

    Everybody who can pull the image can read it, also where a later layer removes it.

    Bad::

    ```dockerfile
    FROM node:24
    COPY .npmrc /root/.npmrc
    #    ^^^^^^
    RUN npm ci
    ```

    Good::

    ```dockerfile
    FROM node:24
    RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
    ```

    How to fix: mount it for the one RUN that needs it (``--mount=type=secret``), or give it to the container when it
    starts.

    Known problems: a file of that name may hold nothing secret (an ``.npmrc`` with options); certificates of
    authorities are left alone.

    Source: Docker docs, "Build secrets".
    """
    one = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(one, Copy | Add):
        return
    if one.from_ is not None or (stage is not None and not stage.ships):
        return
    for word in one.sources:
        name = word.value.rstrip("/").rpartition("/")[2].lower()
        if name in _SECRET_FILES or (
            (name.endswith(_SECRET_ENDS) or name.endswith((".key", "_rsa", "_key")))
            and not any(part in name for part in _PUBLIC)
        ):
            if name.endswith(".pub") or "example" in name or "sample" in name:
                continue
            if name.endswith(".key") and _is_repository_key(instruction.source.text):
                continue
            yield Finding.at(
                word,
                f"'{word.value}' is where secrets are kept, and the layer keeps it for everybody with the image. "
                "Mount it with '--mount=type=secret'.",
            )


def _is_repository_key(text: str) -> bool:
    """Whether the file adds keys of package repositories, which are public and end in ``.key`` as well."""
    return any(
        sign in text for sign in ("apt-key", "keyrings", "sources.list", "rpm --import", "gpg --")
    )


@rule("DF510", severity=Severity.WARNING, on=("ssh-keygen",))
def host_key_in_image(command: Command, stage: Stage | None) -> Iterator[Finding]:
    """A key is made once and shared by every container.

    All containers of the image have the same private key, and so has everybody who can pull it.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN ssh-keygen -A
    #   ^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    CMD ["sh", "-c", "ssh-keygen -A && exec /usr/sbin/sshd -D"]
    ```

    How to fix: make the key when the container starts, or mount it.

    Source: ssh-keygen(1); CWE-321.
    """
    if stage is not None and not stage.ships:
        return
    if (
        command.has_flag("-A")
        or command.has_flag("-t")
        or any("ssh_host" in word.value for word in command.args)
    ):
        if command.has_flag("-R", "-F", "-l", "-y"):
            return
        yield Finding.at(
            Span(command.start, command.end),
            "Every container of this image gets this same private key. Make it when the container starts.",
        )


@rule(
    "DF511",
    severity=Severity.WARNING,
    on=("ssh", "git", "scp", "rsync", "echo", "printf"),
    words=("stricthostkeychecking",),
)
def host_key_unchecked(command: Command) -> Iterator[Finding]:
    """SSH takes any host for the right one.

    With ``StrictHostKeyChecking no`` whoever answers is trusted, and gets to send the code that is built.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN echo "StrictHostKeyChecking no" >> /etc/ssh/ssh_config
    #        ^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY known_hosts /etc/ssh/ssh_known_hosts
    ```

    How to fix: copy the host's public key into ``known_hosts``; GitHub and GitLab publish theirs.

    Source: ssh_config(5), ``StrictHostKeyChecking``.
    """
    for word in command.args:
        lower = word.value.lower()
        if "stricthostkeychecking" in lower:
            rest = lower.partition("stricthostkeychecking")[2].lstrip(" \t=\"'")
            if rest.startswith("no"):
                yield Finding.at(
                    word,
                    "Any host that answers is trusted. Put the right host's key into known_hosts.",
                )
                return


@rule("DF512", severity=Severity.WARNING, words=("useradd", "adduser"), fix="unsafe")
def user_never_used(stage: Stage) -> Iterator[Finding]:
    """A user is made and never used.

    Somebody meant the container to run as that user; without USER it runs as root all the same.

    Bad::

    ```dockerfile
    FROM python:3.13
    RUN useradd --create-home app
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^
    COPY main.py /home/app/
    CMD ["python", "/home/app/main.py"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    RUN useradd --create-home app
    COPY main.py /home/app/
    USER app
    CMD ["python", "/home/app/main.py"]
    ```

    How to fix: add ``USER`` after what has to be done as root.

    Fix safety: unsafe; the program may write where only root can.

    Known problems: a user that a server switches to by itself, or that owns files, is left alone where its name is
    seen anywhere else in the file; so is a file with a start script, which may switch.

    Source: Docker docs, "Building best practices", USER.
    """
    if not stage.is_final or stage.last("USER") is not None or stage.last("ENTRYPOINT") is not None:
        return
    starts = stage.start_commands
    if (
        not starts
        or not any(f"{one}" in starts[-1].original.lower() for one in _INTERPRETERS)
        or any(
            word in starts[-1].original
            for word in (".sh", "supervisor", "s6", "gosu", "su-exec", "sshd", "init")
        )
    ):
        return
    text = None
    for run in stage.runs:
        if "useradd" not in run.text and "adduser" not in run.text:
            continue
        for command in run.commands:
            if command.name not in ("useradd", "adduser"):
                continue
            names = command.operands(
                "-u",
                "-g",
                "-G",
                "-s",
                "-d",
                "-h",
                "-c",
                "-k",
                "--uid",
                "--gid",
                "--ingroup",
                "--home",
                "--shell",
                "--gecos",
                "-b",
                "--groups",
                "--comment",
                "--home-dir",
            )
            if not names or not names[-1].literal or not names[-1].value.isidentifier():
                continue
            name = names[-1].value
            if text is None:
                text = stage.dockerfile.source.text
            own = _times_as_word(text[command.start : command.end], name)
            if _times_as_word(text, name, own + 1) <= own:
                yield Finding.at(
                    Span(command.start, command.end),
                    f"User '{name}' is made and nothing runs as it. Add 'USER {name}' before the start command.",
                    fix=run_as(stage, name),
                )
                return


# What runs an application as whoever starts it; a server of its own kind may switch to its user by itself.
_INTERPRETERS = (
    "python",
    "node",
    "npm",
    "java",
    "ruby",
    "rails",
    "gunicorn",
    "uvicorn",
    "flask",
    "dotnet",
    "yarn",
    "bundle",
    "celery",
)


def _times_as_word(text: str, name: str, most: int | None = None) -> int:
    """How often a name stands in a text as a word; no more than *most* are counted."""
    count = at = 0
    while count != most and (at := text.find(name, at)) >= 0:
        before, behind = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or before in ("_", "/")) and not (
            behind.isalnum() or behind == "_"
        ):
            count += 1
        at += len(name)
    return count


_SYSTEM_FOLDERS = ("/proc", "/sys", "/dev", "/boot")


@rule("DF513", severity=Severity.WARNING)
def workdir_in_system_folder(workdir: Workdir) -> Iterator[Finding]:
    """WORKDIR is a folder of the system.

    Files that are copied there replace or mix with the system's own.

    Bad::

    ```dockerfile
    FROM debian:12
    WORKDIR /proc
    #       ^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    WORKDIR /app
    ```

    How to fix: use a folder of your own.

    Source: Filesystem Hierarchy Standard 3.0.
    """
    path = workdir.path
    if path is None:
        return
    clean = path.value.rstrip("/")
    if clean in _SYSTEM_FOLDERS or clean.startswith(("/proc/", "/sys/")):
        yield Finding.at(
            path, f"'{path.value}' belongs to the system. Use a folder of your own, such as /app."
        )


@rule("DF515", severity=Severity.WARNING, on=("git", "curl", "wget", "pip", "npm"), words=("@",))
def credentials_in_address(command: Command) -> Iterator[Finding]:
    """A token or password stands in an address.

    ``git clone`` keeps it in ``.git/config``, the history of the image shows the command, and the build's log may
    print it.

    Bad::

    ```dockerfile
    FROM debian:12
    ARG TOKEN
    RUN git clone https://$TOKEN@github.com/example/private.git
    #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=ssh git clone git@github.com:example/private.git
    ```

    Good (a secret that is mounted)::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=secret,id=token git -c credential.helper='!f() { echo password=$(cat /run/secrets/token); }; f' \\
        clone https://github.com/example/private.git
    ```

    How to fix: mount an SSH agent (``--mount=type=ssh``) or a secret (``--mount=type=secret``).

    Source: Docker docs, "Build secrets"; git-credential(7).
    """
    for word in command.args:
        value = word.value
        scheme = value.find("://")
        if scheme < 0:
            continue
        host = value[scheme + 3 :].partition("/")[0]
        user, at, _ = host.rpartition("@")
        if not at or user in ("git", "anonymous", "") or user.startswith("$("):
            continue
        if ":" not in user and not user.startswith("$"):
            continue  # a user's name alone
        yield Finding.at(
            word,
            "A token or password in an address stays in the image's history, and git keeps it in the clone. "
            "Mount an SSH agent or a secret.",
        )
        return


@rule("DF516", severity=Severity.WARNING, on=("RUN",), words=("nopasswd",))
def root_for_the_asking(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """sudo makes the image's user root without a password.

    A break-in through the program becomes root at once; the USER that was meant to hold it back does not.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN echo 'app ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
    #                       ^^^^^^^^^^^^^
    USER app
    CMD ["/usr/bin/app"]
    ```

    Good (only what is needed)::

    ```dockerfile
    FROM debian:12
    RUN echo 'app ALL=(root) NOPASSWD: /usr/sbin/nginx -s reload' > /etc/sudoers.d/app
    USER app
    CMD ["/usr/bin/app"]
    ```

    Good (this stage does not ship)::

    ```dockerfile
    FROM debian:12 AS build
    RUN echo 'app ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
    FROM debian:12
    USER 10001
    CMD ["/usr/bin/app"]
    ```

    Good (an image to work in)::

    ```dockerfile
    FROM debian:12
    RUN echo 'dev ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
    USER dev
    CMD ["bash"]
    ```

    How to fix: do as root what needs root before USER; name the one program that is needed at run time.

    Source: sudoers(5); Docker docs, "Building best practices", section "USER".
    """
    if stage is None or not stage.ships or not _is_held_back(stage.dockerfile.final_stage):
        return
    text = run.source.text
    at = text.find("NOPASSWD", run.start, run.end)
    while at >= 0:
        rest = text[at + 8 : min(run.end, at + 32)]
        granted = rest.lstrip(" \t").removeprefix(":").lstrip(" \t")
        if granted[:3] == "ALL" and not granted[3:4].isalnum():
            yield Finding.at(
                Span(at, at + 8 + rest.find("ALL") + 3),
                "This user becomes root through sudo without a password, so USER holds nothing back. "
                "Do what needs root before USER, or name the one program.",
            )
            return
        at = text.find("NOPASSWD", at + 8, run.end)


_PROMPTS = frozenset({"bash", "sh", "zsh", "fish", "ash", "tmux", "sleep", "tail"})


def _is_held_back(stage: Stage | None) -> bool:
    """Whether a program, and no prompt, is started as another user than root."""
    if stage is None or stage.user is None or stage.user.value.partition(":")[0] in ("root", "0"):
        return False
    started = stage.start_commands
    if not started:
        return False
    words = [word for one in started for arg in one.args for word in arg.split()]
    return not all(
        word.rpartition("/")[2].strip("\"'") in _PROMPTS or word.startswith("-") for word in words
    )


@rule("DF517", severity=Severity.ERROR, on=("RUN",), words=("identified", "grant all"))
def database_open_to_all(run: Run) -> Iterator[Finding]:
    """A database's root may log in from everywhere.

    The account comes with the image, so everybody who reaches the port owns the data; and its password, where
    there is one, is in the image's history.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN service mariadb start && mysql -e "GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION"
    #                                                                     ^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN service mariadb start && mysql -e "GRANT ALL PRIVILEGES ON shop.* TO 'shop'@'localhost'"
    ```

    How to fix: make accounts when the container starts, from a secret, for the one database and the hosts that need it.

    Source: MySQL reference manual, "Account names" and "Securing the initial MySQL account".
    """
    import re

    text = run.source.text
    for found in re.finditer(
        r"""(?i)\bon\s{1,9}\\?\*\.\\?\*\s{1,9}to\s{1,9}(\\{0,3}["'`]?root\\{0,3}["'`]?@\\{0,3}["'`]?%\\{0,3}["'`]?)""",
        text[run.start : run.end],
    ):
        yield Finding.at(
            Span(run.start + found.start(1), run.start + found.end(1)),
            "The database's root may log in from every host. Make accounts when the container starts, for the hosts that need them.",
        )
        return
