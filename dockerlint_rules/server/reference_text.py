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
VALUES = {
    "--network=default": "The network that builds usually have.",
    "--network=none": "No network at all.",
    "--network=host": "The network of the builder itself; the build has to be allowed it.",
    "--security=sandbox": "Without any more rights than builds usually have.",
    "--security=insecure": "With all rights; the build has to be allowed it.",
    "type=bind": "Files of the context, of a stage or of an image; changes are lost with the RUN.",
    "type=cache": "A folder that lasts from build to build and is not part of the image.",
    "type=tmpfs": "A folder in memory that is gone with the RUN.",
    "type=secret": "A secret as a file or a variable, which no layer keeps.",
    "type=ssh": "The SSH keys of the builder's agent, which no layer keeps.",
    "sharing=shared": "Several builds write to the cache at the same time.",
    "sharing=private": "A build gets a cache of its own while another one writes.",
    "sharing=locked": "A build waits until no other one writes to the cache.",
}
MOUNT_KEYS = {
    "type": "What is mounted: bind (by default), cache, tmpfs, secret or ssh.",
    "target": "Where it is mounted.",
    "dst": "Where it is mounted, as target.",
    "destination": "Where it is mounted, as target.",
    "source": "The path that is mounted, within the context or what from names.",
    "src": "The path that is mounted, as source.",
    "from": "The stage, image or context whose files are mounted.",
    "id": "The name: caches of one name are the same, and so are secrets.",
    "sharing": "What happens when several builds write to the cache: shared, private or locked.",
    "readonly": "Nothing is written to it.",
    "ro": "Nothing is written to it, as readonly.",
    "readwrite": "It can be written to; what is written to a bind is lost.",
    "rw": "It can be written to, as readwrite.",
    "mode": "The mode of the file or folder, such as 0400.",
    "uid": "The number of its owner.",
    "gid": "The number of its group.",
    "size": "How much a tmpfs may hold.",
    "required": "Whether the build stops where the secret or the key is not given.",
    "env": "The variable that holds the secret.",
}
AS = "Names the stage, for FROM, COPY --from and mounts further down."
HEALTH = {
    "CMD": "The command that checks: 0 is healthy, 1 is not.",
    "NONE": "No check, not even the base image's.",
}
DIRECTIVES = {
    "syntax": "The image of the frontend that reads this file.",
    "escape": "The character that escapes, and that continues a line.",
    "check": "Which build checks are left out, and whether findings stop the build.",
}
DIRECTIVES_REFERENCE = REFERENCE.format(anchor="parser-directives")
# Source: POSIX.1-2024, <signal.h>; systemd(1); the manuals of nginx and httpd.
SIGNALS = {
    "TERM": "asks it to end; the default",
    "INT": "interrupts it, as Ctrl-C does",
    "QUIT": "asks it to quit; nginx and php-fpm end their requests first",
    "HUP": "tells it that its terminal is gone; many read their configuration anew",
    "KILL": "ends it at once, with no time to save anything",
    "USR1": "means what the program makes of it",
    "USR2": "means what the program makes of it",
    "WINCH": "tells of a new window size; Apache ends its requests first",
    "ABRT": "ends it as after an error, often with a dump of its memory",
    "RTMIN+3": "asks systemd to halt",
}
SIGNAL_NUMBERS = {"1": "HUP", "2": "INT", "3": "QUIT", "6": "ABRT", "9": "KILL", "10": "USR1", "12": "USR2", "15": "TERM", "28": "WINCH", "37": "RTMIN+3"}  # fmt: skip
_SIDES = {"BUILD": "on which the build runs", "TARGET": "for which the image is built"}
_PARTS = {
    "PLATFORM": "The platform {}, such as linux/arm64",
    "OS": "The operating system {}, such as linux",
    "ARCH": "The processor {}, such as amd64 or arm64",
    "VARIANT": "The variant of the processor {}, such as v7, or nothing",
    "OSVERSION": "The version of the operating system {}, which only Windows has",
}
AUTOMATIC = {
    side + part: text.format(where)
    for side, where in _SIDES.items()
    for part, text in _PARTS.items()
} | {"TARGETSTAGE": "The stage that is built"}
"""Set by BuildKit.  Source: Docker docs, "Dockerfile reference", "Automatic platform ARGs"."""
_PROXY = "A proxy that the builder hands to RUN without an ARG, and that the image does not keep"
# Source: POSIX.1-2024, "Environment Variables"; Docker docs, "Predefined ARGs".
WELL_KNOWN = {
    "PATH": "The folders in which programs are looked for; base images set it",
    "HOME": "The home folder of the user who runs the command",
    "PWD": "The folder that the command runs in",
    "OLDPWD": "The folder before the last cd",
    "HOSTNAME": "The name of the machine, which a build makes up",
    "SHELL": "The user's shell, which builds do not set",
    "USER": "The user's name, which builds do not set",
    "LANG": "The language and character set of programs",
    "TERM": "The kind of terminal",
    "TMPDIR": "The folder for temporary files; /tmp without it",
    "HTTP_PROXY": _PROXY,
    "HTTPS_PROXY": _PROXY,
    "FTP_PROXY": _PROXY,
    "ALL_PROXY": _PROXY,
    "NO_PROXY": "The hosts for which no proxy is used; the builder hands it to RUN without an ARG",
    "SOURCE_DATE_EPOCH": "The time in seconds that the builder gives to the image, for builds that can be repeated",
}
