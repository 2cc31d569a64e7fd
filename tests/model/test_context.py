"""Files beside the Dockerfile, and nothing outside."""

from __future__ import annotations

from pathlib import Path

from dockerlint_rules.model.context import Context, context_of


def test_paths_stay_inside(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("")
    inner = tmp_path / "context"
    inner.mkdir()
    (inner / "file").write_text("")
    (inner / "way-out").symlink_to("../outside")
    context = Context(str(inner))
    assert context.exists("file") is True
    assert context.exists("/file") is True
    assert context.exists("nothing") is False
    assert context.exists("../outside") is False
    assert context.exists("way-out") is False


def test_no_context_for_standard_input() -> None:
    assert context_of("no/such/Dockerfile", None).exists("file") is None
