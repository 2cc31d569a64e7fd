"""Rules about passwords."""

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


@rule("DF515", severity=Severity.WARNING, on=("git", "curl", "wget", "pip", "npm"), words=("@",))
def credentials_in_url(command: Command) -> Iterator[Finding]:
    """URL contains a token or password.

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


@rule("DF517", severity=Severity.ERROR, words=("identified", "grant all"))
def remote_database_root_login(run: Run) -> Iterator[Finding]:
    """Database root account accepts logins from any host.

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
