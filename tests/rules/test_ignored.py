"""What is copied along with the whole context, on real folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockerlint_rules import lint


def told(folder: Path, dockerfile: str = "COPY . /app") -> list[str]:
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
    assert told(tree) == [
        "This copies '.env' and '.git' along, as there is no .dockerignore. Name them in .dockerignore."
    ]


def test_df342_modules_where_something_installs_them(tree: Path) -> None:
    (message,) = told(tree, "COPY . /app\nRUN npm ci")
    assert "'.env', '.git' and 'web/node_modules'" in message


def test_df342_an_ignore_file_counts_as_the_builder_reads_it(tree: Path) -> None:
    (tree / ".dockerignore").write_text(".git\n.env\nnode_modules\n")
    (message,) = told(tree, "COPY . /app\nRUN npm ci")
    assert message.startswith(
        "This copies 'web/node_modules' along, as the ignore file leaves it in."
    )
    (tree / ".dockerignore").write_text(".git\n.env\n**/node_modules\n")
    assert told(tree, "COPY . /app\nRUN npm ci") == []


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
    assert told(tree, dockerfile) == []


def test_df342_history_where_git_is_used(tree: Path) -> None:
    (message,) = told(tree, "COPY . /app\nRUN git describe > v")
    assert "'.git'" not in message


def test_df342_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside" / ".git").mkdir(parents=True)
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "link").symlink_to("../outside")
    assert told(tmp_path / "web") == []


def test_df342_a_huge_context_is_looked_at_only_so_far(tmp_path: Path) -> None:
    for number in range(120):
        folder = tmp_path / f"f{number:03}"
        folder.mkdir()
        for other in range(60):
            (folder / str(other)).touch()
    (tmp_path / "f119" / ".venv").mkdir()
    assert told(tmp_path) == []
    (tmp_path / ".venv").mkdir()
    assert len(told(tmp_path)) == 1
