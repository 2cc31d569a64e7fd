"""What an element of a Dockerfile is, in a sentence or two, and its place."""

from __future__ import annotations

import re

from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.model.variable_uses import Use, inner_of
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.server.hover.images import image_text
from dockerlint_rules.server.hover.variables import variable_text
from dockerlint_rules.server.navigation.stage_names import mention_at
from dockerlint_rules.server.navigation.variables import place_at
from dockerlint_rules.server.places import instruction_at
from dockerlint_rules.server.reference_text import (
    AS,
    DIRECTIVES,
    DIRECTIVES_REFERENCE,
    FLAGS,
    HEALTH,
    INSTRUCTIONS,
    MOUNT_KEYS,
    REFERENCE,
    SIGNAL_NUMBERS,
    SIGNALS,
    VALUES,
)
from dockerlint_rules.syntax.dockerfile.instructions import (
    Expose,
    From,
    Healthcheck,
    Onbuild,
    Run,
    Stopsignal,
    User,
    Workdir,
)
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.server.hover.markup import Markup
    from dockerlint_rules.syntax.dockerfile.instruction import Flag, Instruction, Word

    Told = tuple[str, Span]

_FIELD = re.compile(r"([^=,]+)(?:=([^,]*))?")
# Quotes, and what a continuation leaves.
_AROUND = "\"'\\` \t\r\n"
_PORT = re.compile(r"(\d{1,5}(?:-\d{1,5})?)(?:/(\w+))?\Z", re.A)
# Between an operator such as "==" and a version that is the only one.
_EXACT = frozenset({"=", "==", "===", "@", "-", ":", ""})
_VERBS = {
    "install": "installs",
    "remove": "removes",
    "autoremove": "removes",
    "download": "downloads",
    "upgrade": "upgrades",
    "dist-upgrade": "upgrades",
    "build-dep": "installs what it needs to be built for",
}
_KINDS = {
    "file": "an archive",
    "path": "a folder",
    "url": "an address",
    "requirements": "a file of requirements",
    "constraints": "a file of constraints on versions",
}


def element_at(dockerfile: Dockerfile, offset: int, say: Markup) -> Told | None:
    """What is known of the element at an offset or right before it; None where that is nothing."""
    for directive in dockerfile.directives:
        if directive.start <= offset <= directive.end:
            text = f"{say.bold(directive.name)}: {DIRECTIVES[directive.name]}"
            link = say.link("Reference", DIRECTIVES_REFERENCE)
            return f"{text}\n\n{link}", Span(directive.start, directive.end)
    one = instruction_at(dockerfile, offset)
    if one is None:
        return None
    return (
        _keyword(one, offset, say)
        or _variable(dockerfile, offset, say)
        or _stage(dockerfile, offset, say)
        or _Teller(dockerfile, one, offset, say).tell()
    )


def _keyword(one: Instruction, offset: int, say: Markup) -> Told | None:
    while True:
        word = one.keyword_word
        if _holds(word, offset) and one.keyword in INSTRUCTIONS:
            link = say.link("Reference", REFERENCE.format(anchor=one.keyword.lower()))
            text = say.text(INSTRUCTIONS[one.keyword])
            return f"{say.bold(one.keyword)}: {text}\n\n{link}", Span(word.start, word.end)
        if not isinstance(one, Onbuild) or one.trigger is None:
            return None
        one = one.trigger


def _variable(dockerfile: Dockerfile, offset: int, say: Markup) -> Told | None:
    found = place_at(dockerfile, offset)
    if found is None:
        return None
    text = variable_text(dockerfile, found, say)
    if text is None:
        return None
    place = found.whole if isinstance(found, Use) else found.pair.key
    return text, Span(place.start, place.end)


def _stage(dockerfile: Dockerfile, offset: int, say: Markup) -> Told | None:
    mention = mention_at(dockerfile, offset)
    if mention is None:
        return None
    return _stage_text(mention.stage, say), Span(mention.start, mention.end)


def _stage_text(stage: Stage, say: Markup) -> str:
    base = f", from {say.code(stage.base.text)}" if stage.base.text else ""
    needed = "" if stage.needed else "; nothing that is built needs it"
    return f"Stage {say.bold(stage.label)} (line {stage.from_.line}){base}{needed}."


def _holds(place: Span | None, offset: int) -> bool:
    return place is not None and place.start <= offset <= place.end


class _Teller:
    """Tells of what stands in one instruction; *inner* is what an ONBUILD triggers, or itself."""

    def __init__(self, dockerfile: Dockerfile, one: Instruction, offset: int, say: Markup) -> None:
        self.dockerfile = dockerfile
        self.one = one
        self.inner = inner_of(one)
        self.offset = offset
        self.say = say
        self.stage: Stage | None = one.stage

    def tell(self) -> Told | None:
        """What is known of the place."""
        inner = self.inner
        flag = next((each for each in inner.flags if _holds(each, self.offset)), None)
        if flag is not None:
            return self._flag(flag)
        if isinstance(inner, From):
            return self._from(inner)
        if isinstance(inner, Run):
            return self._package(inner)
        if isinstance(inner, Healthcheck):
            word = inner.kind_word
            if word is not None and _holds(word, self.offset) and inner.kind in HEALTH:
                return self._told(inner.kind, HEALTH[inner.kind], word)
        word = next((each for each in inner.words if _holds(each, self.offset)), None)
        if word is None:
            return None
        if isinstance(inner, Expose):
            return self._port(word)
        if isinstance(inner, User):
            return self._user(word)
        if isinstance(inner, Stopsignal):
            return self._signal(word)
        if isinstance(inner, Workdir):
            return self._folder(word)
        return None

    def _told(self, name: str, text: str, place: Span) -> Told:
        return f"{self.say.bold(name)}: {self.say.text(text)}", Span(place.start, place.end)

    def _expanded(self, text: str) -> str:
        """A text with the variables that are known in its stage."""
        if self.stage is None or "$" not in text:
            return text
        return expand_known(text, self.stage.scope.before(self.one), self.one.escape)

    # -- flags -------------------------------------------------------------------------------------

    def _flag(self, flag: Flag) -> Told | None:
        name = f"--{flag.name}"
        if name not in FLAGS:
            return None
        end = min(flag.start + len(name), flag.end)
        if self.offset > end and flag.name == "mount":
            return self._field(flag, end + 1)
        value = Span(end + 1, flag.end)
        if self.offset > end and flag.name == "from":
            return self._source(flag.value, value)
        written = f"{name}={flag.value.lower()}"
        if self.offset > end and written in VALUES:
            return self._told(written, VALUES[written], flag)
        place = Span(flag.start, end) if self.offset <= end and flag.value else flag
        return self._told(name, FLAGS[name], place)

    def _field(self, flag: Flag, start: int) -> Told | None:
        """A field of a mount: ``type=cache``."""
        text = self.dockerfile.source.text
        for found in _FIELD.finditer(text, start, flag.end):
            if not found.start() <= self.offset <= found.end():
                continue
            written = found[0].strip(_AROUND)
            begin = found.start() + found[0].index(written)
            key, _, value = (part.strip(_AROUND).lower() for part in written.partition("="))
            place = Span(begin, begin + len(written))
            if key == "from" and value and self.offset > begin + len("from"):
                named = self._source(written[5:].strip(_AROUND), Span(begin + 5, place.end))
                if named is not None:
                    return named
            known = VALUES.get(f"{key}={value}") if key in ("type", "sharing") else None
            if known is not None:
                return self._told(f"{key}={value}", known, place)
            return self._told(key, MOUNT_KEYS[key], place) if key in MOUNT_KEYS else None
        return None

    def _source(self, name: str, place: Span) -> Told | None:
        """What COPY --from or a mount names: a stage by its number, or an image."""
        if not name:
            return None
        if self.inner is not self.one and not set(name) & set(":/@"):
            return self._told("--from", FLAGS["--from"], place)  # a stage of another file
        stage = self.dockerfile.stage_named(name, self.stage.index if self.stage else None)
        if stage is not None:
            return _stage_text(stage, self.say), place
        if name.isdecimal():
            return None
        return self._image(ImageReference.parse(name)), place

    # -- what stands behind the flags --------------------------------------------------------------

    def _from(self, from_: From) -> Told | None:
        image = from_.image
        if image is not None and _holds(image, self.offset):
            base = self.stage.base if self.stage is not None else ImageReference.parse(image.text)
            return self._image(base), Span(image.start, image.end)
        if from_.name_word is not None and _holds(from_.words[1], self.offset):
            return self._told("AS", AS, from_.words[1])
        return None

    def _image(self, base: ImageReference) -> str:
        return image_text(base, self.dockerfile.build.today, self.say)

    def _port(self, word: Word) -> Told | None:
        found = _PORT.match(self._expanded(word.value))
        if found is None:
            return None
        protocol = (found[2] or "tcp").upper()
        ports = "Ports" if "-" in found[1] else "Port"
        text = f"{self.say.bold(found[0])}: {ports} {found[1]} of the container, {protocol}."
        return f"{text} {self.say.code('docker run -p')} publishes it.", Span(word.start, word.end)

    def _user(self, word: Word) -> Told:
        user, _, group = self._expanded(word.value).partition(":")
        if user in ("root", "0"):
            text = "has all rights in the container"
        elif user.isdecimal():
            text = "a user by number, who need not be in /etc/passwd"
        else:
            text = "runs what follows, and the container"
        behind = f", with the group {self.say.code(group)}" if group else ""
        return f"{self.say.bold(user)}: {text}{behind}.", Span(word.start, word.end)

    def _signal(self, word: Word) -> Told | None:
        written = self._expanded(word.value).upper()
        name = SIGNAL_NUMBERS.get(written, written.removeprefix("SIG"))
        if name not in SIGNALS:
            return None
        return self._told(f"SIG{name}", f"{SIGNALS[name]}.", word)

    def _folder(self, word: Word) -> Told | None:
        """Where a relative path leads."""
        written = self._expanded(word.value)
        above = self.stage.workdir_before(self.one) if self.stage is not None else None
        path = join_path(above, written)
        if path == word.value or not path.startswith("/"):
            return None
        return f"{self.say.bold(path)}, the folder from here on.", Span(word.start, word.end)

    # -- packages ----------------------------------------------------------------------------------

    def _package(self, run: Run) -> Told | None:
        from dockerlint_rules.model.packages.call_reader import calls_in

        for call in calls_in(run):
            for package in (*call.packages, *call.files):
                if package.start <= self.offset <= package.end:
                    text = self._package_text(call, package)
                    return (text, Span(package.start, package.end)) if text else None
        return None

    def _package_text(self, call: PackageCall, package: Package) -> str | None:
        from dockerlint_rules import knowledge

        say = self.say
        if package.kind in _KINDS:
            verb = "reads" if package.kind in ("requirements", "constraints") else _verb(call)
            return f"{say.bold(package.name)}: {_KINDS[package.kind]} that {call.tool} {verb}."
        if package.kind != "package" or not package.name:
            return None
        text = (
            f"{say.bold(package.name)}, a package of {call.family} that {call.tool} {_verb(call)}"
        )
        if package.version:
            is_pinned = package.separator in _EXACT and "*" not in package.version
            version = package.version if is_pinned else f"{package.separator}{package.version}"
            text += f", {'pinned to' if is_pinned else 'in version'} {say.code(version)}"
        elif call.action in ("install", "download"):
            text += " in whatever version is current"
        record = knowledge.stateful_package(call.family, package.name)
        if record is not None and record.keeps_state and record.data_dirs:
            return f"{text}. Keeps its data in {say.code(record.data_dirs[0])}."
        return f"{text}."


def _verb(call: PackageCall) -> str:
    return _VERBS.get(call.action, "looks at")
