"""Files that land in directories of the system."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "instructions", "found"),
    [
        pytest.param("DF513", "WORKDIR /sys/", [2], id="DF513-trailing-slash"),
        pytest.param("DF513", "workdir /proc/self", [2], id="DF513-below-and-lowercase"),
        pytest.param("DF513", "WORKDIR \\\n  /boot", [3], id="DF513-continued"),
        pytest.param("DF513", "WORKDIR /dev/shm/app", [], id="DF513-below-dev"),
        pytest.param("DF513", "WORKDIR /processes", [], id="DF513-longer-name"),
        pytest.param("DF514", "COPY . /", [2], id="DF514-root"),
        pytest.param("DF514", "add --chown=1000 ./* /", [2], id="DF514-flag-and-lowercase"),
        pytest.param("DF514", "WORKDIR /\nCOPY . .", [3], id="DF514-workdir"),
        pytest.param("DF514", "COPY . .", [2], id="DF514-no-workdir"),
        pytest.param("DF514", "WORKDIR /app\nCOPY . ./", [], id="DF514-other-workdir"),
        pytest.param("DF514", "COPY rootfs/ /", [], id="DF514-named-directory"),
        pytest.param("DF514", "COPY --from=build . /", [], id="DF514-from-a-stage"),
    ],
)
def test_destinations(code: str, instructions: str, found: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{instructions}\n") == found


@pytest.mark.parametrize("image", ["scratch", "golang:1.26", "registry.example.com/team/base:4"])
def test_df514_base_image_that_may_have_a_workdir(image: str) -> None:
    assert lines("DF514", f"FROM {image}\nCOPY . .\n") == []
