"""Acme's rules: images come from the mirror, and a label names the team of each image."""

from dockerlint_rules import Edit, Finding, Fix, Severity, rule
from dockerlint_rules.plugins.formatter import BaseFormatter


@rule("ACM001", severity=Severity.ERROR, fix="safe")
def shell_form_entrypoint(entrypoint):
    """ENTRYPOINT is written as a shell command.

    A shell runs between the container and the program, so signals such as SIGTERM do not reach the program.

    Bad::

    ```dockerfile
    FROM debian:13
    ENTRYPOINT nginx
    #          ^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:13
    ENTRYPOINT ["nginx"]
    ```

    Good::

    ```dockerfile
    FROM debian:13
    ENTRYPOINT ["nginx", "-g", "daemon off;"]
    ```
    """
    if entrypoint.form == "shell" and len(entrypoint.commands) == 1:
        command = entrypoint.commands[0]
        fix = None
        if len(command.words) == 1 and command.words[0].literal:
            text = f'["{command.words[0].value}"]'
            fix = Fix("Write ENTRYPOINT as a list", [Edit.replace(command, text)], safe=True)
        yield Finding.at(
            command, "Signals do not reach the program. Write ENTRYPOINT as a list.", fix=fix
        )


@rule("ACM002", severity=Severity.WARNING)
def unlabelled_image(dockerfile_parser):
    """No label names the team that maintains the image.

    Without it, users of the image do not know whom to ask for help.

    Bad::

    ```dockerfile
    FROM debian:13
    #^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:13
    LABEL team="shop"
    ```
    """
    if "team" not in dockerfile_parser.labels:
        yield Finding.at(1, "The image has no label 'team'. Add the team that maintains it.")


class MirrorChecker:
    """Base image is not from an allowed mirror."""

    def __init__(self, instruction, options):
        self.instruction = instruction
        self.mirrors = tuple(options.acme_mirrors)

    @staticmethod
    def add_options(parser):
        parser.add_option(
            "--acme-mirrors",
            default="mirror.acme.test/",
            comma_separated_list=True,
            parse_from_config=True,
            help="allowed prefixes of image names",
        )

    def run(self):
        if self.instruction.keyword == "FROM":
            image = self.instruction.image
            if not image.text.startswith(self.mirrors):
                yield Finding.at(
                    image, f"ACN001 Image '{image.text}' is not from an allowed mirror."
                )


class Table(BaseFormatter):
    """One line per finding, in columns."""

    def format(self, violation):
        return f"{violation.code:<8}{violation.line_number:>4}  {violation.text}"

    def stop(self):
        self.write("-- end --")
