"""What a RUN removes and mounts, looked up without going through all commands for each of them."""

from __future__ import annotations

import pytest
from counted import calls

from dockerlint_rules.model.layers.cleanup import (
    has_mount,
    is_in,
    is_removed_after,
    rm_covers,
    without_slashes,
)
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.instructions import Run
from dockerlint_rules.syntax.source import Source


def run_of(text: str) -> Run:
    run = Dockerfile.read(Source(f"FROM a\n{text}\n")).stages[0].runs[0]
    assert isinstance(run, Run)
    return run


@pytest.mark.parametrize(
    ("pattern", "path", "covers"),
    [
        ("/a/{b,c}", "/a/c", True),
        ("/a/{b,c}", "/a/c/d", True),
        ("/a/{b,c}", "/a/d", False),
        ("/{a,b}/{c,d}/*", "/b/d", True),
        ("/a/${b}", "/a", False),
        ("{/a,/b}", "/b", True),
        ("/a}/{b", "/a", False),
        ("~/.cache", "/root/.cache/pip", True),
    ],
)
def test_braces(pattern: str, path: str, covers: bool) -> None:
    assert rm_covers(pattern, path) is covers


@pytest.mark.parametrize(
    "pattern", ["{a,b}" * 60, "{" * 3000, "{}" * 3000, "{a" * 2000 + "}" * 2000]
)
def test_braces_that_stand_for_too_many_words(pattern: str) -> None:
    assert not rm_covers(pattern, "/a")
    assert calls(rm_covers, pattern, "/a") < 30_000


def test_the_last_removal_of_a_directory_or_of_one_above_it() -> None:
    run = run_of("RUN a && rm -rf /x/y && b && find /z -delete && c && rm /x")
    first, _, b, *_ = run.commands
    assert is_removed_after(run, first, ("/x/y/w",))
    assert not is_removed_after(run, b, ("/x/y/w",))
    assert is_removed_after(run, b, ("/z",))
    assert not is_removed_after(run, first, ("/x",))


def test_a_mount_on_a_directory_or_above_it() -> None:
    run = run_of("RUN --mount=type=cache,target=/a/b/ --mount=type=bind,target=/c d")
    assert has_mount(run, ("/x", "/a/b/c"))
    assert not has_mount(run, ("/a", "/a/bc", "/c"))
    assert has_mount(run_of("RUN --mount=type=tmpfs,target=/ d"), ("/a",))


def test_directories() -> None:
    directories = without_slashes(["/a/", "/b/c"])
    assert is_in("/a/x", directories)
    assert is_in("/b/c", directories)
    assert not is_in("/b", directories)
    assert is_in("/b", without_slashes(["/"]))
