"""The kinds of files that dockerlint reads: one literal row for each, and the base class of their documents.

Everything that depends on the kind of a file follows from its row or from its document class: which files a search and
a pre-commit hook take, how an ignore comment works, which units rules can ask for, the fences of a rule's page, SARIF's
language and what an editor sends.  A new kind is one row here and one module with its document class.

perf: every run imports this module, so it imports nothing itself and compiles no expression.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from typing import Any, Protocol

    from dockerlint_rules.syntax.dockerfile.directives import Directive
    from dockerlint_rules.syntax.dockerfile.logical_lines import Comment
    from dockerlint_rules.syntax.source import Source

    class Named(Protocol):
        """Anything with a name."""

        @property
        def name(self) -> str | None:
            """The name as written."""

    class Element(Protocol):
        """A part of a document that a finding belongs to, such as an instruction."""

        @property
        def keyword(self) -> str:
            """What it is, such as ``RUN``."""

        @property
        def line(self) -> int:
            """Its first line, from 1."""

        @property
        def end_line(self) -> int:
            """Its last line."""

        @property
        def stage(self) -> Named | None:
            """The stage that holds it."""


LAST_LINE = 1 << 60  # stands for the end of a file, wherever that is

# What docker compose reads by itself (the first that exists), and what is often merged over it.
COMPOSE_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
COMPOSE_OVERRIDES = (
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yml",
    "docker-compose.prod.yml",
    "docker-compose.production.yml",
)
DOCKERRUN_NAME = "Dockerrun.aws.json"


class Kind:
    """One kind of file.

    *searched* is a regular expression for the end of the paths that a search takes, *skipped* one for endings that it
    leaves out all the same.  *endings* are those of paths that are read as this kind when they are named (lower case);
    no ending fits every path.  *needs_dockerfile*: a search takes it only beside a Dockerfile.

    *fence* is the language of code blocks in a rule's page, *example* the file name that such a block gets.
    *sarif_language* is SARIF's ``sourceLanguage``, *languages* are the identifiers of editors.  *units* are what rules
    can ask for, the finest first.  *home* names the document class: ``module:Class``.
    """

    __slots__ = (
        "endings",
        "example",
        "fence",
        "home",
        "languages",
        "name",
        "needs_dockerfile",
        "sarif_language",
        "searched",
        "skipped",
        "units",
    )

    def __init__(
        self,
        name: str,
        *,
        searched: str,
        fence: str,
        example: str,
        home: str,
        units: tuple[str, ...],
        languages: tuple[str, ...] = (),
        endings: tuple[str, ...] = (),
        skipped: str = "",
        sarif_language: str = "",
        needs_dockerfile: bool = True,
    ) -> None:
        self.name = name
        self.searched = searched
        self.skipped = skipped
        self.endings = endings
        self.needs_dockerfile = needs_dockerfile
        self.fence = fence
        self.example = example
        self.sarif_language = sarif_language
        self.languages = languages
        self.units = units
        self.home = home

    def document_class(self) -> type[LintedDocument]:
        """Import the class of its documents."""
        from importlib import import_module

        module, _, name = self.home.partition(":")
        found: type[LintedDocument] = getattr(import_module(module), name)
        return found

    def read(self, source: Source, build: Any = None) -> LintedDocument:
        """Read a source as a document of this kind, for the build that *build* describes."""
        return self.document_class().read(source, build)

    def __repr__(self) -> str:
        return f"<Kind {self.name}>"


COMPOSE = Kind(
    "compose",
    searched=r"(docker-)?compose([._-][^/]*)?\.ya?ml",
    endings=(".yml", ".yaml"),
    fence="yaml",
    example="compose.yaml",
    languages=("dockercompose",),
    units=("service", "deployment"),
    home="dockerlint_rules.project.compose:ComposeFile",
)
DOCKERRUN = Kind(
    "dockerrun",
    searched=r"dockerrun\.aws\.json",
    endings=(".aws.json",),
    fence="json",
    example=DOCKERRUN_NAME,
    units=("service", "deployment"),
    home="dockerlint_rules.project.dockerrun:DockerrunFile",
)
DOCKERFILE = Kind(
    "dockerfile",
    searched=r"(docker|container)file([._-][^/]*)?|[^/]+\.(docker|container)file",
    skipped=r"dockerignore|containerignore|j2|jinja2?|tmpl|tpl|erb|mustache|md|rst|txt|py|sh|ya?ml|json|orig|rej|swp",
    needs_dockerfile=False,
    fence="dockerfile",
    example="Dockerfile",
    sarif_language="dockerfile",
    languages=("dockerfile", "containerfile"),
    # Instructions and what is inside them come before these; the registry lists them by keyword.
    units=("comment", "physical_line", "stage", "dockerfile"),
    home="dockerlint_rules.model.stages:Dockerfile",
)
# The first that fits is the kind of a file, so the Dockerfile is the last.
KINDS = [COMPOSE, DOCKERRUN, DOCKERFILE]


def kind_of(path: str) -> Kind:
    """The kind that a path is read as when it is named."""
    lower = path.lower()
    for kind in KINDS:
        if not kind.endings or lower.endswith(kind.endings):
            return kind
    return DOCKERFILE


def search_pattern(kinds: Iterable[Kind]) -> str:
    """The regular expression for the paths that a search takes as one of these kinds."""
    return rf"(?i)(^|/)({'|'.join(kind.searched for kind in kinds)})$"


def skip_pattern(kinds: Iterable[Kind]) -> str:
    """The regular expression for the paths that a search leaves out all the same."""
    return rf"(?i)\.({'|'.join(kind.skipped for kind in kinds if kind.skipped)})$"


class LintedDocument:
    """A file of any kind, as the engine, ignore comments and fixes see it.

    What is not overridden suits a file without parts that findings belong to.
    """

    __slots__ = ()

    kind: Kind
    is_read_by_hadolint: bool = False

    # Documents have these as slots, or as properties where something else holds them.
    @property
    def source(self) -> Source:
        """The text that was read."""
        raise NotImplementedError

    @property
    def build(self) -> Any:
        """What ``docker build`` would be given: ``model.stages.Build``."""
        raise NotImplementedError

    @property
    def comments(self) -> list[Comment]:
        """Every comment line."""
        raise NotImplementedError

    @property
    def facts(self) -> dict[Any, Any]:
        """What rules have found out about the whole file."""
        raise NotImplementedError

    @property
    def problem(self) -> str | None:
        """Why nothing can be read, with line and column."""
        return None

    @classmethod
    def read(cls, source: Source, build: Any = None) -> LintedDocument:
        """Read a source.  Never raises for what the text holds."""
        raise NotImplementedError

    @property
    def filename(self) -> str:
        """The path that findings carry."""
        return self.source.filename

    @property
    def is_refused(self) -> bool:
        """Whether the program that reads such files would refuse it."""
        return self.problem is not None

    def units(self, wanted: Container[str]) -> Iterator[tuple[str, object]]:
        """What rules are called for: the name of a unit and its value, coarse before fine, in the order of the text.

        Units that are not *wanted* may be left out.
        """
        return iter(())

    def element_at(self, line: int) -> Element | None:
        """The part of the document that a finding on *line* belongs to."""
        return None

    def syntax_errors(self) -> tuple[int, ...]:
        """How much is wrong with the text, by kind of error; a fix must not raise any of these numbers."""
        return (int(self.is_refused),)

    # -- ignore comments ---------------------------------------------------------------------------

    def ignore_comments(self) -> Iterator[Comment]:
        """The comments that may be ignore comments."""
        return iter(self.comments)

    def ignore_directives(self) -> Iterable[Directive]:
        """BuildKit's ``check=`` directives."""
        return ()

    def lines_of_comment(self, comment: Comment, *, whole_stage: bool = False) -> tuple[int, int]:
        """First and last line that an ignore comment covers: the next line that is neither comment nor blank.

        With *whole_stage* it covers the rest of the stage, or of the file where there are no stages.
        """
        if whole_stage:
            return comment.line, LAST_LINE
        line = self.source.line_after_comments(comment.line + 1, blank=True)
        return line, line
