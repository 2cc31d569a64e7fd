"""Images without CMD and ENTRYPOINT."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.runtime.missing_commands import (
    application_without_command,
    image_without_command,
)
from dockerlint_rules.testing import lint_alone

IMAGES = {
    "language": ("FROM python:3.13\n", 1),
    "through-stages": ("FROM python:3.13 AS a\nFROM a\n", 1),
    "cmd": ("FROM python:3.13\nCMD a\n", 0),
    "cmd-in-parent": ("FROM python:3.13 AS a\nCMD b\nFROM a\n", 0),
    "onbuild": ("FROM python:3.13\nONBUILD CMD a\n", 0),
    "server": ("FROM nginx:1.29\n", 0),
    "unknown": ("FROM team/app:1\n", 0),
    "variable": ("FROM $B\n", 0),
    "scratch": ("FROM scratch\nCOPY a /\n", 0),
    "fpm": ("FROM php:8.4-fpm\n", 0),
    "builder": ("FROM golang:1.26 AS a\nFROM team/app:1\n", 0),
}


@pytest.mark.parametrize(("text", "count"), IMAGES.values(), ids=IMAGES)
def test_df602_and_df644_share_the_images_without_command(text: str, count: int) -> None:
    assert len(lint_alone(image_without_command, text).findings) == count
    assert not lint_alone(application_without_command, text).findings
    text += "EXPOSE 80\n"
    assert len(lint_alone(application_without_command, text).findings) == count
    assert not lint_alone(image_without_command, text).findings


APPLICATIONS = {
    "context-on-a-language": ("FROM python:3.13\nCOPY . /srv/\n", 1),
    "in-the-parent": ("FROM node:24 AS a\nADD ./ /srv\nFROM a\nRUN b\n", 1),
    "server": ("FROM python:3.13\nRUN apt-get install -y nginx supervisor\n", 1),
    "server-of-another-stage": ("FROM python:3 AS a\nRUN apk add nginx\nFROM python:3\n", 0),
    "one-file-on-a-language": ("FROM python:3.13\nCOPY requirements.txt /srv/\n", 0),
    "context-on-a-distribution": ("FROM debian:13\nCOPY . /srv\n", 0),
    "of-another-stage": ("FROM a AS b\nFROM python:3.13\nCOPY --from=b /c /\n", 0),
    "files-on-a-distribution": ("FROM debian:13\nCOPY tool /usr/bin/\n", 0),
    "nothing-copied": ("FROM python:3.13\nRUN pip install tool\n", 0),
}


@pytest.mark.parametrize(("text", "count"), APPLICATIONS.values(), ids=APPLICATIONS)
def test_df602_application(text: str, count: int) -> None:
    assert len(lint_alone(application_without_command, text).findings) == count


def test_df602_devcontainer_needs_no_program() -> None:
    text = "FROM python:3.13\n"
    where = "app/.devcontainer/Dockerfile"
    assert not lint_alone(application_without_command, text, filename=where).findings
