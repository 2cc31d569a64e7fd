"""Kinds of files: the rows agree with each other, and a new kind is one row and one class."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.project.compose import ComposeFile
from dockerlint_rules.project.dockerrun import DockerrunFile
from dockerlint_rules.registry.units import UNITS
from dockerlint_rules.syntax.kinds import DOCKERFILE, KINDS, Kind, LintedDocument, kind_of
from dockerlint_rules.syntax.source import Source


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("Dockerfile", Dockerfile), ("a/b.dockerfile", Dockerfile), ("no-name", Dockerfile), ("x.json", Dockerfile),
        ("compose.yaml", ComposeFile), ("A.YML", ComposeFile), ("Dockerrun.aws.json", DockerrunFile),
        ("x/prod.aws.json", DockerrunFile),
    ],
)  # fmt: skip
def test_the_kind_of_a_named_file(path: str, kind: type[LintedDocument]) -> None:
    assert kind_of(path).document_class() is kind
    assert isinstance(kind_of(path).read(Source("", path)), kind)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_a_row_agrees_with_its_class_and_the_registry(kind: Kind) -> None:
    assert kind.document_class().kind is kind
    assert {*kind.units} <= {*UNITS}
    assert kind_of(kind.example) is kind


def test_names_fences_and_languages_stand_for_one_kind() -> None:
    for values in (
        [kind.name for kind in KINDS],
        [kind.fence for kind in KINDS],
        [language for kind in KINDS for language in kind.languages],
    ):
        assert len(values) == len({*values})


def test_the_dockerfile_takes_what_no_other_kind_takes() -> None:
    assert KINDS[-1] is DOCKERFILE
    assert [kind for kind in KINDS if not kind.endings] == [DOCKERFILE]


def test_a_made_up_kind_is_linted() -> None:
    program = Path(__file__).parents[1] / "support" / "made_up_kind.py"
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "1 1 XT002 A task file. None None",
        # The first task is ignored, with all of its lines.
        "5 3 XT001 Slow in x.tasks. {'keyword': 'task', 'line': 4, 'end_line': 5} None",
        # What a fix makes of it.
        "# dockerlint: ignore=XT001 for a reason", "task build", "  slow", "task test", "  fast", "task deploy",
        "[('XT002', 'the file would have more syntax errors')]",
        # What a search, the hooks, an editor and a rule's page make of it.
        "tasks True",
        "True",
        "None <Kind tasks>",
        "[('x.tasks', [(2, 3, 7)])]",
    ]  # fmt: skip
