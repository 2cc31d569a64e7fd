"""A sentence on each instruction and flag, for hovers and completion.  Source: Docker docs, "Dockerfile reference"."""

from __future__ import annotations

REFERENCE = "https://docs.docker.com/reference/dockerfile/#{anchor}"
INSTRUCTIONS = {
    "FROM": "Begins a stage on a base image, or on another stage.",
    "RUN": "Runs a command while the image is built; what it changes is a new layer.",
    "CMD": "What a container runs when nothing else is asked for; the last one counts.",
    "LABEL": "Adds metadata to the image; makes no layer.",
    "MAINTAINER": "Deprecated: names the author. Use LABEL.",
    "EXPOSE": "Says on which ports the container listens; publishes none of them.",
    "ENV": "Sets variables for all that follows and for every container.",
    "ADD": "Copies files, and unpacks local archives or fetches addresses; a new layer.",
    "COPY": "Copies files of the build context, of another stage or image; a new layer.",
    "ENTRYPOINT": "The program of the container; CMD and the words of 'docker run' are its arguments.",
    "VOLUME": "Folders whose data are kept outside of the container's own layer.",
    "USER": "As whom what follows, and the container, runs.",
    "WORKDIR": "The folder for what follows and for the container; made when it is not there.",
    "ARG": "A variable for the build alone; each RUN below depends on its value.",
    "ONBUILD": "An instruction for whoever builds on this image.",
    "STOPSIGNAL": "The signal that asks the container to end.",
    "HEALTHCHECK": "How Docker finds out whether the container still works.",
    "SHELL": "The program that reads commands in shell form from here on.",
}
FLAGS = {
    "--platform": "The platform of the base image, such as linux/arm64.",
    "--mount": "Files that are there for this RUN only: a cache, a secret, a bind of the context.",
    "--network": "The network of this RUN: default, none or host.",
    "--security": "Whether this RUN has all rights: sandbox or insecure.",
    "--device": "A device for this RUN.",
    "--chown": "Owner and group of what is copied.",
    "--chmod": "Mode of what is copied, such as 755.",
    "--from": "The stage or image that is copied from.",
    "--link": "A layer of its own, which stays cached when those below it change.",
    "--parents": "Keeps the folders of the sources.",
    "--exclude": "Leaves out what matches.",
    "--checksum": "What the fetched file's checksum has to be.",
    "--keep-git-dir": "Keeps the .git folder of a repository that is added.",
    "--unpack": "Whether archives are unpacked.",
    "--interval": "Time between two checks, such as 30s.",
    "--timeout": "Time after which a check has failed.",
    "--start-period": "Time for the start, in which failures do not count.",
    "--start-interval": "Time between two checks during the start.",
    "--retries": "Failures in a row after which the container is unhealthy.",
}
