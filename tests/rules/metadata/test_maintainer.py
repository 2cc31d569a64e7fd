"""What becomes of MAINTAINER."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.metadata import maintainer
from dockerlint_rules.testing import lint_alone

LABEL = "LABEL org.opencontainers.image.authors="


FIXES = {
    "plain": ("MAINTAINER Ann <a@b.c>", LABEL + '"Ann <a@b.c>"'),
    "quoted": ('MAINTAINER "Ann"', LABEL + '"Ann"'),
    "inner-quotes": ('MAINTAINER Ann "A" Example', LABEL + '"Ann \\"A\\" Example"'),
    "dollar": ("MAINTAINER A$B", LABEL + '"A\\$B"'),
    "backslash": ("MAINTAINER A\\B", LABEL + '"A\\\\B"'),
    "continued": ("MAINTAINER Ann \\\n  Example", LABEL + '"Ann   Example"'),
    "lower": ("maintainer Ann", LABEL.lower() + '"Ann"'),
}


@pytest.mark.parametrize(("text", "want"), FIXES.values(), ids=FIXES)
def test_df801_fix(text: str, want: str) -> None:
    source = f"FROM a\n{text}\n"
    (one,) = lint_alone(maintainer.deprecated_maintainer, source).findings
    assert (one.line, one.column) == (2, 1)
    assert one.fix is not None
    edit = one.fix.edits[0]
    assert source[: edit.start] + edit.text + source[edit.end :] == f"FROM a\n{want}\n"


def test_df801_onbuild_is_refused_elsewhere() -> None:
    text = "FROM a\nONBUILD MAINTAINER b\n"
    assert not lint_alone(maintainer.deprecated_maintainer, text).findings
