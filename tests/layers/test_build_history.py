"""Sizes and times of real builds, in the shapes that docker and BuildKit print."""

from __future__ import annotations

import json

import pytest

from dockerlint_rules.layers.build_history import HistoryError, add_history, size_of
from dockerlint_rules.layers.layer_map import LayerMap, human_size, map_layers
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source

TEXT = (
    "FROM a AS build\nARG V=1\nRUN make  all\nFROM build\nCOPY . /app\nWORKDIR /app\nRUN x\nCMD y\n"
)


def drawn(text: str, history: str) -> LayerMap:
    found = map_layers(Dockerfile(Document(Source(text))))
    add_history(found, history)
    return found


def lines(*entries: dict[str, object]) -> str:
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def sizes(found: LayerMap) -> dict[int, int | None]:
    return {b.line: b.size for one in found.columns for b in one.steps if b.size is not None}


def test_docker_history_of_buildkit() -> None:
    history = lines(
        {"CreatedBy": 'CMD ["/bin/sh" "-c" "y"]', "Size": "0B"},
        {"CreatedBy": "RUN /bin/sh -c x # buildkit", "Size": "12.5MB"},
        {"CreatedBy": "WORKDIR /app", "Size": "0B"},
        {"CreatedBy": "COPY . /app # buildkit", "Size": "3kB"},
        {"CreatedBy": "RUN |1 V=1 /bin/sh -c make  all # buildkit", "Size": "1.2GB"},
        {"CreatedBy": "ARG V=1", "Size": "0B"},
        {"CreatedBy": "RUN /bin/sh -c of the base", "Size": "80MB"},
    )
    assert sizes(drawn(TEXT, history)) == {
        2: 0, 3: 1_200_000_000, 5: 3000, 6: 0, 7: 12_500_000, 8: 0,
    }  # fmt: skip


def test_docker_history_of_the_classic_builder_as_one_list() -> None:
    history = json.dumps(
        [
            {"CreatedBy": '/bin/sh -c #(nop)  CMD ["/bin/sh" "-c" "y"]', "Size": 0},
            {"CreatedBy": "/bin/sh -c x", "Size": 7},
            {"CreatedBy": "/bin/sh -c #(nop) WORKDIR /app", "Size": 0},
            {"CreatedBy": "/bin/sh -c #(nop) COPY dir:1 in /app ", "Size": 5},
            {"CreatedBy": "|1 V=1 /bin/sh -c make all", "Size": 6},
        ]
    )
    assert sizes(drawn(TEXT, history)) == {3: 6, 5: 5, 6: 0, 7: 7, 8: 0}


def test_a_log_of_buildkit() -> None:
    log = "not json\n" + lines(
        {"vertexes": [{"digest": "1", "name": "[internal] load build definition", "started": "2026-01-01T00:00:00Z"}]},
        {"vertexes": [{"digest": "2", "name": "[build 2/2] RUN make  all", "started": "2026-01-01T00:00:00.123456789Z"}]},
        {"vertexes": [{"digest": "2", "name": "[build 2/2] RUN make  all",
                       "started": "2026-01-01T00:00:00.123456789Z", "completed": "2026-01-01T00:01:02.623456789Z"}]},
        {"vertexes": [{"digest": "3", "name": "[stage-1 1/3] COPY . /app", "cached": True,
                       "started": "2026-01-01T00:00:00Z", "completed": "2026-01-01T00:00:09Z"}]},
        {"statuses": [{}], "logs": None},
    )  # fmt: skip
    found = drawn(TEXT, log)
    times = {b.line: b.seconds for one in found.columns for b in one.steps if b.seconds is not None}
    assert times == {3: 62.5, 5: 0.0}


def test_an_image_says_its_size() -> None:
    found = drawn(TEXT, json.dumps([{"Id": "x", "Size": 123_000_000, "RootFS": {"Layers": []}}]))
    assert found.total == 123_000_000


@pytest.mark.parametrize(
    "text",
    ["", "no", "[]", "{}", "[1]", '{"a": 1}', "[" * 100_000, '{"vertexes": 1}'],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(HistoryError):
        drawn(TEXT, text)


@pytest.mark.parametrize(
    "entry",
    [
        {"CreatedBy": "", "Size": None},
        {"CreatedBy": "RUN x", "Size": "many"},
        {"CreatedBy": "RUN x", "Size": -1},
        {"CreatedBy": "RUN x", "Size": 1e300},
        {"vertexes": [{"name": None}, 1, {"name": "[1/2] RUN x", "started": 1, "completed": "x"}]},
        {
            "vertexes": [
                {
                    "name": "[1/2] RUN x",
                    "started": "2026-01-01",
                    "completed": "2026-01-01T00:00:00Z",
                }
            ]
        },
    ],
)
def test_odd_entries_are_passed_over(entry: dict[str, object]) -> None:
    assert not any(size for size in sizes(drawn(TEXT, lines(entry))).values())


@pytest.mark.parametrize(
    ("said", "size"),
    [("0B", 0), ("12.3MB", 12_300_000), ("1.5GB", 1_500_000_000), ("7kB", 7000), ("12", 12), (9, 9), ("x", None), (None, None)],
)  # fmt: skip
def test_sizes(said: object, size: int | None) -> None:
    assert size_of(said) == size


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0B"), (999, "999B"), (1500, "1.5kB"), (12_340_000, "12.3MB"), (148_000_000, "148MB"), (2_000_000_000_000, "2000GB")],
)  # fmt: skip
def test_sizes_in_words(size: int, text: str) -> None:
    assert human_size(size) == text
