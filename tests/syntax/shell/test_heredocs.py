"""Heredocs in shell scripts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dockerlint_rules.syntax.shell import heredocs as shell_heredoc
from dockerlint_rules.syntax.source import LogicalText


@given(st.text(alphabet="ab'\"\\\n \t<EOF-;", max_size=60))
@settings(max_examples=200, deadline=None)
def test_masked_heredocs_keep_all_indices(text: str) -> None:
    found = shell_heredoc.find_heredocs(text)
    masked = shell_heredoc.without_heredocs(text, found)
    assert len(masked) == len(text)
    for one in found:
        assert 0 <= one.body_start <= one.body_end <= len(text)
        one.script(LogicalText([(text, 0)]))
