"""A sentence about each instruction, flag and value, for hovers and completion.

Source, unless a table names another one: Docker docs, "Dockerfile reference".
"""

from __future__ import annotations

REFERENCE = "https://docs.docker.com/reference/dockerfile/#{anchor}"
INSTRUCTIONS = {
    "FROM": "Starts a stage from a base image or from another stage.",
    "RUN": "Runs a command during the build; its changes become a new layer.",
    "CMD": "The default command of the container; only the last CMD counts.",
    "LABEL": "Adds metadata to the image, without a layer.",
    "MAINTAINER": "Deprecated: names the author. Use LABEL.",
    "EXPOSE": "Documents the ports that the container listens on; does not publish them.",
    "ENV": "Sets environment variables for later instructions and for containers.",
    "ADD": "Copies files, extracts local archives and downloads URLs; makes a new layer.",
    "COPY": "Copies files from the build context, a stage or an image; makes a new layer.",
    "ENTRYPOINT": "The program that the container runs; CMD and the arguments of 'docker run' are passed to it.",
    "VOLUME": "Directories whose data is kept outside of the container's own layer.",
    "USER": "The user for later instructions and for the container.",
    "WORKDIR": "The working directory for later instructions and for the container; created if it does not exist.",
    "ARG": "A variable for the build only; a new value rebuilds each RUN below.",
    "ONBUILD": "An instruction that runs when another image is built from this one.",
    "STOPSIGNAL": "The signal that asks the container to stop.",
    "HEALTHCHECK": "How Docker checks that the container still works.",
    "SHELL": "The shell that runs commands in shell form from here on.",
}
FLAGS = {
    "--platform": "The platform of the base image, such as linux/arm64.",
    "--mount": "Files that exist only during this RUN: a cache, a secret, a part of the build context.",
    "--network": "The network of this RUN: default, none or host.",
    "--security": "Whether this RUN is privileged: sandbox or insecure.",
    "--device": "A device for this RUN.",
    "--chown": "The owner and group of the copied files.",
    "--chmod": "The mode of the copied files, such as 755.",
    "--from": "The stage or image to copy from.",
    "--link": "Copies into an independent layer, which stays cached when the layers below change.",
    "--parents": "Keeps the parent directories of the sources.",
    "--exclude": "Leaves out files that match the pattern.",
    "--checksum": "The expected checksum of the downloaded file.",
    "--keep-git-dir": "Keeps the .git directory of an added repository.",
    "--unpack": "Whether archives are extracted.",
    "--interval": "The time between two checks, such as 30s.",
    "--timeout": "A check that takes longer than this fails.",
    "--start-period": "The time for start-up, during which failures do not count.",
    "--start-interval": "The time between two checks during start-up.",
    "--retries": "The number of failures in a row that make the container unhealthy.",
}
VALUES = {
    "--network=default": "The default network of builds.",
    "--network=none": "No network access.",
    "--network=host": "The network of the builder's host; the build must be allowed to use it.",
    "--security=sandbox": "No extra privileges.",
    "--security=insecure": "All privileges; the build must be allowed to use them.",
    "type=bind": "Files of the build context, a stage or an image; changes are discarded after the RUN.",
    "type=cache": "A directory that is kept between builds and is not part of the image.",
    "type=tmpfs": "A directory in memory that is discarded after the RUN.",
    "type=secret": "A secret as a file or a variable; no layer contains it.",
    "type=ssh": "The SSH agent of the client; no layer contains its keys.",
    "sharing=shared": "Several builds may write to the cache at the same time.",
    "sharing=private": "A build gets its own cache while another build writes.",
    "sharing=locked": "A build waits while another build writes to the cache.",
}
MOUNT_KEYS = {
    "type": "The type of the mount: bind (the default), cache, tmpfs, secret or ssh.",
    "target": "The path of the mount.",
    "dst": "The path of the mount; same as target.",
    "destination": "The path of the mount; same as target.",
    "source": "The path to mount, in the build context or in what 'from' names.",
    "src": "The path to mount; same as source.",
    "from": "The stage, image or named context to mount from.",
    "id": "The id of the cache, secret or SSH agent; mounts with the same id share it.",
    "sharing": "What happens when several builds write to the cache: shared, private or locked.",
    "readonly": "The mount is read-only.",
    "ro": "The mount is read-only; same as readonly.",
    "readwrite": "The mount is writable; changes to a bind mount are discarded.",
    "rw": "The mount is writable; same as readwrite.",
    "mode": "The mode of the file or directory, such as 0400.",
    "uid": "The user id of the owner.",
    "gid": "The group id of the owner.",
    "size": "The largest size of a tmpfs.",
    "required": "Whether the build fails if the secret or the SSH agent is missing.",
    "env": "The environment variable that holds the secret.",
}
AS = "Names the stage, so that FROM, COPY --from and mounts below can refer to it."
HEALTH = {
    "CMD": "The command that checks the health: exit status 0 is healthy, 1 is unhealthy.",
    "NONE": "No health check, not even that of the base image.",
}
DIRECTIVES = {
    "syntax": "The image of the frontend that parses this file.",
    "escape": "The escape character, which also continues a line.",
    "check": "Which build checks to skip, and whether findings fail the build.",
}
DIRECTIVES_REFERENCE = REFERENCE.format(anchor="parser-directives")
# Source: POSIX.1-2024, <signal.h>; systemd(1); the manuals of nginx and httpd.
SIGNALS = {
    "TERM": "asks the program to stop; the default",
    "INT": "interrupts the program, like Ctrl-C",
    "QUIT": "asks the program to quit; nginx and php-fpm finish their requests first",
    "HUP": "reports that the terminal is closed; many programs reload their configuration",
    "KILL": "stops the program at once, without a chance to save anything",
    "USR1": "has a meaning that each program defines",
    "USR2": "has a meaning that each program defines",
    "WINCH": "reports a new window size; Apache finishes its requests and stops",
    "ABRT": "stops the program as after an error, often with a core dump",
    "RTMIN+3": "asks systemd to halt",
}
SIGNAL_NUMBERS = {
    "1": "HUP", "2": "INT", "3": "QUIT", "6": "ABRT", "9": "KILL", "10": "USR1", "12": "USR2", "15": "TERM",
    "28": "WINCH", "37": "RTMIN+3",
}  # fmt: skip
_SIDES = {"BUILD": "of the builder", "TARGET": "of the image"}
_PARTS = {
    "PLATFORM": "The platform {}, such as linux/arm64",
    "OS": "The operating system {}, such as linux",
    "ARCH": "The architecture {}, such as amd64 or arm64",
    "VARIANT": "The variant of the architecture {}, such as v7, or empty",
    "OSVERSION": "The version of the operating system {}, set for Windows only",
}
AUTOMATIC = {
    side + part: text.format(where)
    for side, where in _SIDES.items()
    for part, text in _PARTS.items()
} | {"TARGETSTAGE": "The name of the stage that is built"}
"""Set by BuildKit.  Source: Docker docs, "Dockerfile reference", "Automatic platform ARGs"."""
_PROXY = "A proxy that the builder passes to RUN without an ARG; the image does not keep it"
# Source: POSIX.1-2024, "Environment Variables"; Docker docs, "Predefined ARGs".
WELL_KNOWN = {
    "PATH": "The directories to search for programs; set by base images",
    "HOME": "The home directory of the user who runs the command",
    "PWD": "The working directory of the command",
    "OLDPWD": "The working directory before the last cd",
    "HOSTNAME": "The host name, which a build makes up",
    "SHELL": "The user's shell; not set during builds",
    "USER": "The user's name; not set during builds",
    "LANG": "The language and character set of programs",
    "TERM": "The type of terminal",
    "TMPDIR": "The directory for temporary files; /tmp if it is not set",
    "HTTP_PROXY": _PROXY,
    "HTTPS_PROXY": _PROXY,
    "FTP_PROXY": _PROXY,
    "ALL_PROXY": _PROXY,
    "NO_PROXY": "The hosts that are reached without a proxy; the builder passes it to RUN without an ARG",
    "SOURCE_DATE_EPOCH": "The timestamp of the image in seconds, for reproducible builds",
}
