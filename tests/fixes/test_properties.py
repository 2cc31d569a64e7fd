"""What must hold of every file after it was fixed, over files made up of pieces that have something to fix."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dockerfile_pieces import BASES, PIECES
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from types import ModuleType


@cache
def bench() -> ModuleType:
    place = Path(__file__).parents[2] / "benchmarks" / "fixes.py"
    spec = importlib.util.spec_from_file_location("fix_real_files", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@st.composite
def files(draw: st.DrawFn) -> bytes:
    text = draw(
        st.sampled_from(("", "# syntax=docker/dockerfile:1\n", "ARG VERSION=1\n", "# escape=`\n"))
    )
    text += f"FROM {draw(st.sampled_from(BASES))}\n"
    text += "\n".join(draw(st.lists(st.sampled_from(PIECES), max_size=12)))
    if draw(st.booleans()):
        text += "\n"
    if draw(st.integers(0, 4)) == 0:
        text = text.replace("\n", "\r\n")
    if draw(st.integers(0, 6)) == 0:
        text = text.replace("    ", "\t")
    data = text.encode()
    return b"\xef\xbb\xbf" + data if draw(st.integers(0, 6)) == 0 else data


def examined(data: bytes, folder: Path, *, unsafe: bool, select: str = "") -> dict[str, Any]:
    file = folder / "Dockerfile"
    file.write_bytes(data)
    module = bench()
    module._given.update(unsafe=unsafe, select=select, shellcheck=False, show=1)
    return module.examine(str(file))


@given(data=files())
@settings(max_examples=150, deadline=None)
def test_safe_fixes_keep_what_a_file_is(data: bytes, tmp_path_factory: Any) -> None:
    report = examined(data, tmp_path_factory.getbasetemp(), unsafe=False)
    assert report["broken"] == [], report["diff"]


@given(data=files())
@settings(max_examples=150, deadline=None)
def test_unsafe_fixes_leave_nothing_behind(data: bytes, tmp_path_factory: Any) -> None:
    report = examined(data, tmp_path_factory.getbasetemp(), unsafe=True)
    assert report["broken"] == [], report["diff"]
