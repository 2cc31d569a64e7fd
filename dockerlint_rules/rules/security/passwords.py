"""Passwords and tokens in commands."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF507", severity=Severity.WARNING, on=("chpasswd", "passwd"))
def password_in_image(command: Command, run: Run) -> Iterator[Finding]:
    """Account password is set or removed in the image.

    Anyone who can pull the image can read a password that the Dockerfile sets, in the image history. Without a
    password, anyone can log in to the account.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN echo "root:secret" | chpasswd
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'chpasswd' sets a password
    ```

    Bad (no password at all)::

    ```dockerfile
    FROM debian:12
    RUN passwd -d root
    #   ^^^^^^^^^^^^^^ 'passwd' removes a password
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN useradd --system app
    USER app
    ```

    How to fix: leave the account locked and use ``docker exec`` to enter the container. A service should get its
    password when it starts.

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
        return  # generated during the build
    what = (
        "removes a password, so anyone can log in to the account"
        if command.has_flag("-d", "--delete")
        else "sets a password that the image history may reveal"
    )
    yield Finding.at(
        Span(first.start, command.end),
        f"'{command.name}' {what}. Leave the account locked and use 'docker exec' to enter the container.",
    )


@rule("DF515", severity=Severity.WARNING, on=("git", "curl", "wget", "pip", "npm"), words=("@",))
def credentials_in_url(command: Command) -> Iterator[Finding]:
    """URL contains a token or password.

    ``git clone`` writes the URL to ``.git/config``, the image history contains the command, and the build log may show
    it.

    Bad::

    ```dockerfile
    FROM debian:12
    ARG TOKEN
    RUN git clone https://$TOKEN@github.com/example/private.git
    #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ The credentials in this URL may be readable
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=ssh git clone git@github.com:example/private.git
    ```

    Good (a secret mount)::

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
            continue  # a user name without a password
        yield Finding.at(
            word,
            "The credentials in this URL may be readable in the image history. Mount a secret or an SSH agent instead.",
        )
        return


@rule("DF517", severity=Severity.ERROR, words=("identified", "grant all"))
def remote_database_root_login(run: Run) -> Iterator[Finding]:
    """Database root account accepts logins from any host.

    Anyone who can connect to the database's port can then try to log in as root, and gets access to all data on
    success. If a password is set here, the image history reveals it.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN service mariadb start && mysql -e "GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION"
    #                                                                     ^^^^^^^^^^ log in from any host
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN service mariadb start && mysql -e "GRANT ALL PRIVILEGES ON shop.* TO 'shop'@'localhost'"
    ```

    How to fix: create accounts when the container starts, with a password from a secret. Limit each account to the
    database and the hosts that need it.

    Source: MySQL reference manual, "Account names" and "Securing the initial MySQL account".
    """
    import re

    # "ON *.* TO 'root'@'%'" with any quotes and backslashes.
    grant = re.compile(
        r"""(?i)\bon\s{1,9}\\?\*\.\\?\*\s{1,9}to\s{1,9}(\\{0,3}["'`]?root\\{0,3}["'`]?@\\{0,3}["'`]?%\\{0,3}["'`]?)"""
    )
    account = grant.search(run.source.text, run.start, run.end)
    if account is not None:
        yield Finding.at(
            Span(account.start(1), account.end(1)),
            "The database's root account can log in from any host. "
            "Create accounts when the container starts, and limit them to the hosts that need them.",
        )
