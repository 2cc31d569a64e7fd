"""Dockerrun.aws.json."""

from __future__ import annotations

from pathlib import Path

import pytest
from service_rules import codes, run

IMAGE = '"Image": {"Name": "shop:1"}'
PORTS = '"Ports": [{"ContainerPort": 8000}]'


def version_1(*keys: str) -> str:
    """A file of version 1, with a key on each line from line 2."""
    return '{"AWSEBDockerrunVersion": "1",\n' + ",\n".join(keys) + "\n}\n"


def found(text: str) -> list[str]:
    return codes(text, "Dockerrun.aws.json")


def beside(dockerfile: str, text: str, folder: Path) -> list[str]:
    """The findings for a file next to a Dockerfile."""
    (folder / "Dockerfile").write_text(dockerfile)
    path = folder / "Dockerrun.aws.json"
    path.write_text(text)
    return codes(text, str(path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(version_1('"containerDefinitions": []'), ["DF660:2"], id="1-with-2"),
        pytest.param('{"AWSEBDockerrunVersion": 2,\n"Ports": [],\n"volumes": []}', ["DF660:2"], id="2-with-1"),
        pytest.param('{"AWSEBDockerrunVersion": 2,\r\n"Ports": []}\r\n', ["DF660:2"], id="crlf"),
        pytest.param(version_1('"Logging": "/var/log"'), [], id="silent"),
    ],
)  # fmt: skip
def test_df660_keys(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([IMAGE], ["DF661:2"]),
        ([IMAGE, '"Ports": []'], ["DF661:2"]),
        ([IMAGE, PORTS], []),
        (['"Volumes": []'], []),
    ],
)
def test_df661_port(keys: list[str], expected: list[str]) -> None:
    assert found(version_1(*keys)) == expected


@pytest.mark.parametrize(
    ("container", "message"),
    [
        ('"name": "web"', "Container 'web' has neither"),
        ('"image": "x:1"', "This container has neither"),
        ('"name": "web", "memory": 1', None),
        ('"name": "web", "memoryReservation": 1', None),
    ],
)
def test_df662_memory(container: str, message: str | None) -> None:
    text = f'{{"AWSEBDockerrunVersion": 2, "containerDefinitions": [{{{container}}}]}}'
    findings = run(text, "Dockerrun.aws.json").findings
    assert [one.code for one in findings] == (["DF662"] if message else [])
    assert all(one.message.startswith(message or "") for one in findings)


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("FROM a\nEXPOSE 3000 3001\n", ["DF663:2"]),
        ("from a as b\nexpose 3000/tcp\nfrom b\n", ["DF663:2"]),
        ("FROM a\nEXPOSE 8000 3000\n", []),
        ("FROM a\nEXPOSE 3000-3005\n", []),
        ("FROM a\nEXPOSE $PORT 3000\n", []),
        ("FROM a\n", []),
    ],
)
def test_df663_port(dockerfile: str, expected: list[str], tmp_path: Path) -> None:
    assert beside(dockerfile, version_1(PORTS), tmp_path) == expected


def test_df663_message(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nEXPOSE 10000 3000\n")
    path = tmp_path / "Dockerrun.aws.json"
    path.write_text(version_1(PORTS))
    (one,) = run(path.read_text(), str(path)).findings
    assert one.message.startswith(
        "The Dockerfile exposes '3000' and '10000', but requests go to port '8000'."
    )


def test_df664_image_and_dockerfile(tmp_path: Path) -> None:
    assert beside("FROM a\n", version_1(IMAGE, PORTS), tmp_path) == ["DF664:2"]
    assert beside("FROM a\n", version_1(PORTS), tmp_path) == []
    assert found(version_1(IMAGE, PORTS)) == []


def test_df666_misspelled_keys_of_containers() -> None:
    text = '{"AWSEBDockerrunVersion": 2,\n"containerDefinitions": [{"name": "a", "memory": 1,\n"portMapping": [], "Image": "x"}]}'
    assert found(text) == ["DF666:3"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("Port", "Elastic Beanstalk ignores the unknown key 'Port'. Did you mean 'Ports'?"),
        ("volumess", "Elastic Beanstalk ignores the unknown key 'volumess'. Did you mean 'Volumes'?"),
        ("Comment", None),
    ],
)  # fmt: skip
def test_df666_key(key: str, message: str | None) -> None:
    findings = run(version_1(f'"{key}": []'), "Dockerrun.aws.json").findings
    assert [one.message for one in findings] == ([message] if message else [])


@pytest.mark.parametrize(
    ("dockerfile", "volumes", "expected"),
    [
        ("FROM a\nVOLUME /data /more\n", [], ["DF667:1"]),
        ("from a as b\nvolume /data\nfrom b\n", [], ["DF667:1"]),
        ("FROM a\nVOLUME /data/x\n", ["/data"], []),
        ("FROM a\nVOLUME /data\n", ["/data/x"], ["DF667:1"]),
        ("FROM a\nVOLUME /database\n", ["/data"], ["DF667:1"]),
        ("FROM a\nVOLUME $DATA\n", [], []),
    ],
)
def test_df667_volume(
    dockerfile: str, volumes: list[str], expected: list[str], tmp_path: Path
) -> None:
    mounts = ", ".join(f'{{"ContainerDirectory": "{path}"}}' for path in volumes)
    text = version_1(f'"Volumes": [{mounts}]')
    assert beside(dockerfile, text, tmp_path) == expected
