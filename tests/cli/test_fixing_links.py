"""``--fix`` writes only what the command line names, whatever links a stranger's tree holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.command import dockerlint

FAULTY = b"FROM debian:13\nMAINTAINER me\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    (tree / "sub").mkdir(parents=True)
    outside.mkdir()
    (outside / "Dockerfile").write_bytes(FAULTY)
    (outside / "other").write_bytes(FAULTY)
    (tree / "mine").mkdir()
    (tree / "mine" / "Dockerfile").write_bytes(FAULTY)
    (tree / "plain").write_bytes(FAULTY)
    (tree / "out").symlink_to(outside, target_is_directory=True)
    return tmp_path


def is_fixed(path: Path) -> bool:
    return path.read_bytes() != FAULTY


ALWAYS = ("--fix", "--unsafe-fixes", "--no-shellcheck", "--select", "DF801,MaintainerDeprecated")

# What the link in the tree leads to, the words of the command line, and whether its target may be written.
CASES = {
    "found, outside": ("sub/Dockerfile", "../../outside/Dockerfile", ["."], False),
    "found, named directory": ("sub/Dockerfile", "../plain", ["sub"], False),
    "found, inside": ("sub/Dockerfile", "../plain", ["."], True),
    "found, target named": ("sub/Dockerfile", "../../outside/Dockerfile", [".", "../outside/Dockerfile"], True),
    "found, other directory named": ("sub/Dockerfile", "../../outside/Dockerfile", [".", "../outside"], True),
    "named": ("sub/Dockerfile", "../../outside/Dockerfile", ["sub/Dockerfile"], False),
    "named, by whole path": ("sub/Dockerfile", "../../outside/Dockerfile", ["{tree}/sub/Dockerfile"], False),
    "named, link to a link": ("sub/Dockerfile", "../link", ["sub/Dockerfile"], False),
    "named, inside": ("sub/Dockerfile", "../plain", ["sub/Dockerfile"], True),
    "named, other name": ("sub/any", "../../outside/Dockerfile", ["sub/any"], False),
    "folder, named file": (None, None, ["out/Dockerfile"], False),
    "folder, named": (None, None, ["out"], False),
    "folder, named with a slash": (None, None, ["out/"], False),
    "folder, found": (None, None, ["."], None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_link(place: Path, case: str) -> None:
    link, target, words, may = CASES[case]
    tree, outside = place / "tree", place / "outside"
    (tree / "link").symlink_to("../outside/Dockerfile")
    if link and target:
        (tree / link).symlink_to(target)
    words = [word.format(tree=tree) for word in words]
    done = dockerlint(*ALWAYS, *words, "mine/Dockerfile", cwd=tree)
    assert is_fixed(tree / "mine" / "Dockerfile")
    inside = target is not None and target.endswith("plain")
    written = is_fixed(tree / "plain") if inside else is_fixed(outside / "Dockerfile")
    assert written is bool(may)
    assert not is_fixed(outside / "other")
    assert done.returncode == (2 if may is False else 0)
    assert (b"symbolic link leads out of what the command line names" in done.stderr) is (
        may is False
    )
    if link:
        assert (tree / link).is_symlink()
    if may is False:
        assert b"DF801" in done.stdout or b"DF8" in done.stdout  # the finding is still there


def test_diff_shows_nothing_from_outside(place: Path) -> None:
    (place / "outside" / "Dockerfile").write_bytes(b"FROM debian:13\nMAINTAINER s3cret\n")
    (place / "tree" / "sub" / "Dockerfile").symlink_to("../../outside/Dockerfile")
    done = dockerlint("--diff", "--unsafe-fixes", "--no-shellcheck", ".", cwd=place / "tree")
    assert done.returncode == 2
    assert b"s3cret" not in done.stdout + done.stderr
    assert b"+++ b/mine/Dockerfile" in done.stdout


@pytest.mark.parametrize(
    "format_name", ["default", "json", "sarif", "gitlab", "junit", "checkstyle", "github"]
)
def test_findings_of_a_link_out_of_the_tree_do_not_quote_it(place: Path, format_name: str) -> None:
    secret = b"s3cret"
    text = b"FROM s3cret:latest AS S3cret\nMAINTAINER s3cret\ns3cret=s3cret\nRUN cd s3cret\nENV A=s3cret\n"
    (place / "outside" / "Dockerfile").write_bytes(text)
    (place / "tree" / "sub" / "Dockerfile").symlink_to("../../outside/Dockerfile")
    words = ("--select", "ALL", "--show-source", "--format", format_name, ".")
    done = dockerlint(*words, cwd=place / "tree")
    assert secret not in (done.stdout + done.stderr).lower()
    if format_name != "sarif":  # it gives the real path
        assert b"sub/Dockerfile" in done.stdout or b"outside/Dockerfile" in done.stdout
    assert b"Not quoted" in done.stdout
    assert b"me" in done.stdout


def test_a_baseline_does_not_record_what_lies_outside(place: Path) -> None:
    (place / "outside" / "Dockerfile").write_bytes(b"FROM debian:13\nMAINTAINER s3cret\n")
    (place / "tree" / "sub" / "Dockerfile").symlink_to("../../outside/Dockerfile")
    dockerlint("baseline", "--no-shellcheck", ".", cwd=place / "tree")
    assert b"s3cret" not in (place / "tree" / ".dockerlint-baseline.json").read_bytes()


@pytest.mark.parametrize("command", ["parse", "layers"])
def test_commands_that_print_a_file(place: Path, command: str) -> None:
    (place / "tree" / "Dockerfile").symlink_to("../outside/Dockerfile")
    done = dockerlint(command, "Dockerfile", cwd=place / "tree")
    assert done.returncode == 2
    assert b"symbolic link out of the tree" in done.stderr
    assert b"debian" not in done.stdout


@pytest.mark.parametrize(
    "words", [(), ("--format", "json"), ("--diff",)], ids=["default", "json", "diff"]
)
def test_output_file_is_a_link_out_of_the_tree(place: Path, words: tuple[str, ...]) -> None:
    (place / "tree" / "report").symlink_to("../outside/other")
    done = dockerlint(
        *words, "--no-shellcheck", "--output-file", "report", "mine", cwd=place / "tree"
    )
    assert done.returncode == 2
    assert (
        b"dockerlint: report: cannot be written: it is a symbolic link out of the tree"
        in done.stderr
    )
    assert not is_fixed(place / "outside" / "other")


def test_configuration_that_is_a_link_out_of_the_tree(place: Path) -> None:
    (place / "outside" / "rules.yaml").write_text("s3cret: s3cret\n")
    (place / "tree" / ".hadolint.yaml").symlink_to("../outside/rules.yaml")
    done = dockerlint("mine", cwd=place / "tree")
    assert done.returncode == 2
    assert b"s3cret" not in done.stderr
    assert b".hadolint.yaml: is a symbolic link out of the tree" in done.stderr
    named = dockerlint("--config", ".hadolint.yaml", "mine", cwd=place / "tree")
    assert b"s3cret" not in named.stderr
    assert b".hadolint.yaml:1: cannot be understood" in named.stderr


def test_no_scratch_file_is_left(place: Path) -> None:
    dockerlint(*ALWAYS, ".", cwd=place / "tree")
    assert not [
        name for _, _, names in os.walk(place) for name in names if name.startswith(".dockerlint-")
    ]
