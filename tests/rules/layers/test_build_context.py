"""What COPY and ADD take from the build context, on real directories."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockerlint_rules import lint
from dockerlint_rules.rules.layers.build_context import copy_of_ignored_file
from dockerlint_rules.testing import lint_alone


def messages(folder: Path, dockerfile: str = "COPY . /app") -> list[str]:
    (folder / "Dockerfile").write_text(f"FROM x\n{dockerfile}\n")
    config = {"select": ["DF342"], "isolated": True}
    return [one.message for one in lint(str(folder / "Dockerfile"), config=config)]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (".git", "web/node_modules/a/node_modules", "src", "a/b/c/.venv"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / ".env").write_text("A=b")
    return tmp_path


def test_df342_what_lies_there_is_named(tree: Path) -> None:
    assert messages(tree) == [
        "This also copies '.env' and '.git', because there is no .dockerignore. Create one that excludes them."
    ]


def test_df342_modules_where_something_installs_them(tree: Path) -> None:
    (message,) = messages(tree, "COPY . /app\nRUN npm ci")
    assert "'.env', '.git' and 'web/node_modules'" in message


def test_df342_an_ignore_file_counts_as_the_builder_reads_it(tree: Path) -> None:
    (tree / ".dockerignore").write_text(".git\n.env\nnode_modules\n")
    (message,) = messages(tree, "COPY . /app\nRUN npm ci")
    assert (
        message
        == "This also copies 'web/node_modules', which '.dockerignore' does not exclude. Add a pattern for it."
    )
    (tree / ".dockerignore").write_text(".git\n.env\n**/node_modules\n")
    assert messages(tree, "COPY . /app\nRUN npm ci") == []


@pytest.mark.parametrize(
    "dockerfile",
    [
        "COPY src /app",
        "COPY --from=y . /app",
        "COPY . /a\nFROM y",
        "RUN git describe\nCOPY src .",
        "COPY <<E /a\nE",
    ],
)
def test_df342_what_copies_no_context_into_the_result(tree: Path, dockerfile: str) -> None:
    assert messages(tree, dockerfile) == []


def test_df342_history_where_git_is_used(tree: Path) -> None:
    (message,) = messages(tree, "COPY . /app\nRUN git describe > v")
    assert "'.git'" not in message


def test_df342_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside" / ".git").mkdir(parents=True)
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "link").symlink_to("../outside")
    assert messages(tmp_path / "web") == []


def test_df342_a_huge_context_is_looked_at_only_so_far(tmp_path: Path) -> None:
    for number in range(120):
        folder = tmp_path / f"f{number:03}"
        folder.mkdir()
        for other in range(60):
            (folder / str(other)).touch()
    (tmp_path / "f119" / ".venv").mkdir()
    assert messages(tmp_path) == []
    (tmp_path / ".venv").mkdir()
    assert len(messages(tmp_path)) == 1


@pytest.mark.parametrize(
    ("line", "ignored", "found"),
    [
        ("COPY a /x", "a", 1), ("ADD a /x", "a", 1), ("COPY a/b /x", "a", 1), ("COPY a b /x", "b", 1), ("COPY . /x", "*", 1),
        ("COPY . /x", "a", 0), ("COPY a /x", "a\n!b", 0), ("COPY --from=c a /x", "a", 0), ("ADD https://example.com/a /x", "**", 0),
        ("COPY <<EOF /x\nEOF", "**", 0), ('COPY ["a", "/x"]', "a", 1), ("ARG D=a\nCOPY $D /x", "a", 1), ("COPY ./a /x", "a", 1),
        ("COPY a*.txt /x", "*.txt", 1), ("COPY /a /x", "a", 0), ("COPY a /x", "# a", 0),
        ("copy --chown=1 b \\\n  a /x", "a", 1), ("COPY a /x\r", "a", 1), ("ADD <<EOF a /x\nEOF", "a", 1),
    ],
)  # fmt: skip
def test_df340_copy_of_ignored_file(line: str, ignored: str, found: int) -> None:
    result = lint_alone(copy_of_ignored_file, f"FROM x\n{line}\n", ignored=ignored)
    assert not result.failures
    assert len(result.findings) == found


@pytest.mark.parametrize(
    ("code", "text", "ignored", "message"),
    [
        (
            "DF340",
            "COPY a/b /x",
            "c\na",
            "'a/b' is excluded by 'a' on line 2 of '.dockerignore', so COPY cannot copy it",
        ),
        (
            "DF340",
            "COPY . /x",
            "**",
            "'.' is excluded by '**' on line 1 of '.dockerignore', so COPY cannot copy it",
        ),
    ],
)
def test_message(code: str, text: str, ignored: str, message: str) -> None:
    (finding,) = lint_alone(copy_of_ignored_file, f"FROM x\n{text}\n", ignored=ignored).findings
    assert finding.code == code
    assert message in finding.message
