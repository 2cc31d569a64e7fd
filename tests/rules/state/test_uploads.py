"""Directories for uploads, beyond the examples on the page."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENV UPLOAD_FOLDER=/srv/u", [2]),
        ("ENV UPLOAD_FOLDER=/tmp/u", []),
        ("ENV UPLOAD_FOLDER=/run", []),
        ("ENV UPLOAD_FOLDER=/runner/u", [2]),
        ("ENV UPLOAD_FOLDER=/tmpfiles/u", [2]),
        ("env A=b \\\n  upload_folder=/srv/u", [3]),
        ("RUN <<E\nmkdir -p /srv/uploads\nE", []),
        ("ENV UPLOAD_FOLDER=$X/u", []),
        ("ENV UPLOAD_FOLDER=/srv/u\nVOLUME /srv", []),
        ("ENV UPLOAD_FOLDER=/srv/u\nVOLUME $X", []),
        ("WORKDIR /app\nRUN mkdir -p public/uploads", [3]),
        ("RUN mkdir -p uploads", []),
        ("RUN mkdir -p /home/user/uploads", []),
        ("RUN mkdir /srv/uploads-old", []),
        ("RUN mkdir -p /srv/uploads\nFROM y", []),
    ],
)
def test_df414_uploads(text: str, expected: list[int]) -> None:
    assert lines("DF414", f"FROM x\n{text}\n") == expected
