"""Configurations of pathological size and shape: each is read in linear time, or is one clear error."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from counted import calls
from support.command import dockerlint

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.files import ConfigSearch, parse_config
from dockerlint_rules.config.values import convert, most_jobs, shown

if TYPE_CHECKING:
    from collections.abc import Callable

FAULTY = "FROM debian:13\nMAINTAINER me\n"


def ini(option: str, value: str) -> str:
    return f"[dockerlint]\n{option} = {value}\n"


def lists(count: int) -> str:
    """YAML in which each list holds the one before nine times."""
    names = [f"a{at}" for at in range(count)]
    lines = ["a0: &a0 [x]"]
    lines += [
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]"
        for old, new in zip(names, names[1:], strict=False)
    ]
    return "ignored:\n" + "".join(f"  {line}\n" for line in lines)


# Name of the file, and its text for a size.
SHAPES: dict[str, tuple[str, Callable[[int], str]]] = {
    "selectors": ("setup.cfg", lambda n: ini("ignore", "DF101, " * n)),
    "codes of ShellCheck": ("setup.cfg", lambda n: ini("ignore", ", ".join(f"SC{at}" for at in range(n)))),
    "selectors on lines": ("setup.cfg", lambda n: ini("select", "\n  DF101" * n)),
    "severities": ("setup.cfg", lambda n: ini("severity", "DF101=info," * n)),
    "patterns": ("setup.cfg", lambda n: ini("per-file-ignores", "".join(f"\n  a{at}:DF1" for at in range(n)))),
    "patterns on a line": ("setup.cfg", lambda n: ini("per-file-ignores", "a:DF1 " * n)),
    "colons": ("setup.cfg", lambda n: ini("per-file-ignores", "a" + ":" * n)),
    "words before a colon": ("setup.cfg", lambda n: ini("per-file-ignores", "a:DF1 " + "b" * n + " : c :")),
    "words without a colon": ("setup.cfg", lambda n: ini("per-file-ignores", "a::DF1 " + "b," * n)),
    "blanks before a colon": ("setup.cfg", lambda n: ini("per-file-ignores", "a:b" + " " * n + "c:d:")),
    "excludes": ("setup.cfg", lambda n: ini("exclude", "".join(f"a{at}," for at in range(n)))),
    "arguments": ("setup.cfg", lambda n: ini("build-arg", "".join(f"\n  A{at}=1" for at in range(n)))),
    "bare arguments": ("setup.cfg", lambda n: ini("build-arg", "".join(f"\n  A{at}" for at in range(n)))),
    "a long line": ("setup.cfg", lambda n: "[dockerlint]\na" + " " * n + "b\n"),
    "wrong lines": ("setup.cfg", lambda n: "[x]\n" + "a\n" * n + "[dockerlint]\nb\n"),
    "hashes": ("setup.cfg", lambda n: ini("target", "x#" * n)),
    "headings": ("setup.cfg", lambda n: "[dockerlint]\n" + "[x]\n" * n),
    "open headings": ("setup.cfg", lambda n: "[dockerlint]\n[x]\n" + "[" * n),
    "options": ("setup.cfg", lambda n: "[x]\n" + "".join(f"a{at} = 1\n" for at in range(n)) + "[dockerlint]\n"),
    "empty lines": ("setup.cfg", lambda n: ini("target", "x" + "\n" * n)),
    "parts of a key": ("pyproject.toml", lambda n: "[tool.dockerlint]\n" + "a." * n + "a = 1\n"),
    "quoted parts": ("pyproject.toml", lambda n: "[tool.dockerlint]\n" + '"." . ' * n + "a = 1\n"),
    "parts of a heading": ("pyproject.toml", lambda n: "[tool.dockerlint." + "a." * n + "a]\n"),
    "quotes": ("pyproject.toml", lambda n: "[tool.dockerlint]\n" + "." * 200 + '\\"' * n),
    "single quotes": ("pyproject.toml", lambda n: "[tool.dockerlint]\n" + "'" * n + "." * 200),
    "a heading of blanks": ("pyproject.toml", lambda n: "[tool.dockerlint]\n[" + " " * n + "x"),
    "a number": ("pyproject.toml", lambda n: "[tool.dockerlint]\nx = " + "9" * n),
    "tables": ("pyproject.toml", lambda n: "[tool.dockerlint]\n" + "".join(f"[a{at}]\n" for at in range(n))),
    "keys": ("pyproject.toml", lambda n: "[tool.dockerlint]\n[x]\n" + "".join(f"a{at} = 1\n" for at in range(n))),
    "dots": ("pyproject.toml", lambda n: "[tool.dockerlint]\ntarget = '" + "." * n + "'\n"),
    "pairs": ("pyproject.toml", lambda n: "[tool.dockerlint.severity]\n" + "".join(f"SC{at} = 'info'\n" for at in range(n))),
    "list items": ("pyproject.toml", lambda n: "[tool.dockerlint]\nignore = [" + "'DF101',\n" * n + "]\n"),
    "warnings": ("pyproject.toml", lambda n: "[tool.dockerlint]\n" + "fix = true\nFIX = true\n"),
    "merges": (".hadolint.yaml", lambda n: "override:\n  x: &b {error: []}\n  <<: [" + "*b, " * n + "]\n"),
    "aliases": (".hadolint.yaml", lists),
    "flow depth": (".hadolint.yaml", lambda n: "ignored: " + "[" * n),
    "flow mappings": (".hadolint.yaml", lambda n: "ignored: " + "{a: " * n),
    "sequence depth": (".hadolint.yaml", lambda n: "- " * n),
    "question marks": (".hadolint.yaml", lambda n: "? " * n),
    "mapping depth": (".hadolint.yaml", lambda n: "".join(" " * at + "a:\n" for at in range(min(n, 1000)))),
    "codes in YAML": (".hadolint.yaml", lambda n: "ignored:\n" + "- DL3008\n" * n),
    "unknown codes": (".hadolint.yaml", lambda n: "ignored:\n" + "".join(f"- QQ{at}\n" for at in range(n))),
    "keys in YAML": (".hadolint.yaml", lambda n: "".join(f"a{at}: 1\n" for at in range(n))),
    "JSON depth": (".hadolint.yaml", lambda n: '{"ignored": ' + "[" * n),
    "a number in JSON": (".hadolint.yaml", lambda n: '{"no-fail": ' + "9" * n + "}"),
    "a digit after digit": (".hadolint.yaml", lambda n: "no-fail: " + "1:" * n + "1\n"),
}  # fmt: skip


def read(name: str, text: str) -> str:
    """Read a configuration; its error, empty for none."""
    try:
        parse_config(text, name)
    except ConfigError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_text_takes_four_times_the_work(shape: str) -> None:
    name, text = SHAPES[shape]
    assert len(read(name, text(2000))) < 400
    small, large = (calls(read, name, text(size)) for size in (500, 2000))
    assert large <= 4.5 * small + 2000


@pytest.mark.parametrize("shape", SHAPES)
def test_the_largest_file_is_a_run_or_an_error(tmp_path: Path, shape: str) -> None:
    name, make = SHAPES[shape]
    size = 60_000
    (tmp_path / name).write_text(make(size)[: (1 << 20) - 1])
    (tmp_path / "Dockerfile").write_text(FAULTY)
    done = dockerlint("--select", "DF801", "--no-shellcheck", cwd=tmp_path)  # within its timeout
    assert done.returncode in (0, 1, 2)
    assert b"Traceback" not in done.stderr
    assert len(done.stderr) < 4000
    assert len(done.stderr.splitlines()) <= 2


def test_more_values_than_anyone_writes_are_an_error() -> None:
    for name, most in (("select", 10_000), ("exclude", 1_000), ("trusted_registries", 1_000)):
        values = [f"a{at}" for at in range(most)]
        assert len(convert(name, values)) == most
        with pytest.raises(ValueError, match=f"takes at most {most:,} values, not {most + 1:,}"):
            convert(name, [*values, "b"])


def test_each_directory_is_searched_once(tmp_path: Path) -> None:
    """Also where the chain of directories is long and a file above is large."""

    def work(depth: int) -> int:
        top = tmp_path / f"{depth}"
        folder = top.joinpath(*["d"] * depth)
        folder.mkdir(parents=True)
        (top / "setup.cfg").write_text("[dockerlint]\n")
        folders = [folder, *folder.parents][: depth + 1]

        def search() -> None:
            found = ConfigSearch()
            assert {found.find(str(one)) for one in folders} == {str(top / "setup.cfg")}

        return calls(search)

    assert work(200) <= 4.5 * work(50)


@pytest.mark.parametrize("value", ["300", "999999", 10**5])
def test_the_number_of_processes_is_bounded(value: object) -> None:
    assert convert("jobs", value) == most_jobs()


@pytest.mark.parametrize(
    "value", [10**5000, -1, "9" * 5000, 1.5, "x", "１２", True], ids=lambda one: type(one).__name__
)
def test_a_number_of_processes_that_is_none(value: object) -> None:
    with pytest.raises(ValueError, match="takes a whole number, not "):
        convert("jobs", value)


def test_any_value_is_short_in_a_message() -> None:
    tree: list[object] = ["x" * 10**6]
    for _ in range(60):
        tree = [tree] * 9
    for value in (tree, "x" * 10**6, {"x" * 10**6: tree}, 10**5000, [1, "a", None], b"x" * 10**6):
        assert len(shown(value)) < 250
    assert shown([1, "a", None, [2]]) == "[1, 'a', None, …]"
