"""A sentence or two about an element of a Dockerfile, and its place."""

from __future__ import annotations

import re

from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.model.variable_uses import VariableReference, triggered_or_itself
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.server.hover.images import image_text
from dockerlint_rules.server.hover.packages import package_at
from dockerlint_rules.server.hover.variables import variable_text
from dockerlint_rules.server.navigation.stage_names import mention_at
from dockerlint_rules.server.navigation.variables import use_or_declaration_at
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
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.server.hover.markup import Markup
    from dockerlint_rules.syntax.dockerfile.instruction import Flag, Instruction, Word

    Description = tuple[str, Span]

_FIELD = re.compile(r"([^=,]+)(?:=([^,]*))?")
# Quotes, blanks and line continuations.
_AROUND = "\"'\\` \t\r\n"
_PORT = re.compile(r"(\d{1,5}(?:-\d{1,5})?)(?:/(\w+))?\Z", re.A)


def element_at(dockerfile: Dockerfile, offset: int, markup: Markup) -> Description | None:
    """The description of the element at an offset or right before it; None if nothing is known about it."""
    for directive in dockerfile.directives:
        if directive.start <= offset <= directive.end:
            text = f"{markup.bold(directive.name)}: {DIRECTIVES[directive.name]}"
            link = markup.link("Reference", DIRECTIVES_REFERENCE)
            return f"{text}\n\n{link}", Span(directive.start, directive.end)
    one = dockerfile.element_at(dockerfile.source.line_of(offset))
    if one is None:
        return None
    return (
        _keyword(one, offset, markup)
        or _variable(dockerfile, offset, markup)
        or _stage(dockerfile, offset, markup)
        or _Describer(dockerfile, one, offset, markup).describe()
    )


def _keyword(one: Instruction, offset: int, markup: Markup) -> Description | None:
    while True:
        word = one.keyword_word
        if _holds(word, offset) and one.keyword in INSTRUCTIONS:
            link = markup.link("Reference", REFERENCE.format(anchor=one.keyword.lower()))
            text = markup.text(INSTRUCTIONS[one.keyword])
            return f"{markup.bold(one.keyword)}: {text}\n\n{link}", Span(word.start, word.end)
        if not isinstance(one, Onbuild) or one.trigger is None:
            return None
        one = one.trigger


def _variable(dockerfile: Dockerfile, offset: int, markup: Markup) -> Description | None:
    found = use_or_declaration_at(dockerfile, offset)
    if found is None:
        return None
    text = variable_text(dockerfile, found, markup)
    if text is None:
        return None
    place = found.whole if isinstance(found, VariableReference) else found.pair.key
    return text, Span(place.start, place.end)


def _stage(dockerfile: Dockerfile, offset: int, markup: Markup) -> Description | None:
    mention = mention_at(dockerfile, offset)
    if mention is None:
        return None
    return _stage_text(mention.stage, markup), Span(mention.start, mention.end)


def _stage_text(stage: Stage, markup: Markup) -> str:
    base = f", from {markup.code(stage.base.text)}" if stage.base.text else ""
    needed = "" if stage.needed else "; not needed for the image"
    return f"Stage {markup.bold(stage.label)} (line {stage.from_.line}){base}{needed}."


def _holds(place: Span | None, offset: int) -> bool:
    return place is not None and place.start <= offset <= place.end


class _Describer:
    """Describes the parts of one instruction; ``inner`` is that behind ONBUILD, or the instruction itself."""

    def __init__(
        self, dockerfile: Dockerfile, one: Instruction, offset: int, markup: Markup
    ) -> None:
        self.dockerfile = dockerfile
        self.one = one
        self.inner = triggered_or_itself(one)
        self.offset = offset
        self.markup = markup
        self.stage: Stage | None = one.stage

    def describe(self) -> Description | None:
        """The description of the part at the offset."""
        inner = self.inner
        flag = next((each for each in inner.flags if _holds(each, self.offset)), None)
        if flag is not None:
            return self._flag(flag)
        if isinstance(inner, From):
            return self._from(inner)
        if isinstance(inner, Run):
            return package_at(inner, self.offset, self.markup)
        if isinstance(inner, Healthcheck):
            word = inner.kind_word
            if word is not None and _holds(word, self.offset) and inner.kind in HEALTH:
                return self._described(inner.kind, HEALTH[inner.kind], word)
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

    def _described(self, name: str, text: str, place: Span) -> Description:
        return f"{self.markup.bold(name)}: {self.markup.text(text)}", Span(place.start, place.end)

    def _expanded(self, text: str) -> str:
        """A text with the known variables of its stage expanded."""
        if self.stage is None or "$" not in text:
            return text
        return expand_known(text, self.stage.scope.before(self.one), self.one.escape)

    # -- flags -------------------------------------------------------------------------------------

    def _flag(self, flag: Flag) -> Description | None:
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
            return self._described(written, VALUES[written], flag)
        place = Span(flag.start, end) if self.offset <= end and flag.value else flag
        return self._described(name, FLAGS[name], place)

    def _field(self, flag: Flag, start: int) -> Description | None:
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
                return self._described(f"{key}={value}", known, place)
            return self._described(key, MOUNT_KEYS[key], place) if key in MOUNT_KEYS else None
        return None

    def _source(self, name: str, place: Span) -> Description | None:
        """The image or stage that COPY --from or a mount names."""
        if not name:
            return None
        if self.inner is not self.one and not set(name) & set(":/@"):
            return self._described(
                "--from", FLAGS["--from"], place
            )  # it means a stage of the other build
        stage = self.dockerfile.stage_named(name, self.stage.index if self.stage else None)
        if stage is not None:
            return _stage_text(stage, self.markup), place
        if name.isdecimal():
            return None
        return self._image(ImageReference.parse(name)), place

    # -- arguments ---------------------------------------------------------------------------------

    def _from(self, from_: From) -> Description | None:
        image = from_.image
        if image is not None and _holds(image, self.offset):
            base = self.stage.base if self.stage is not None else ImageReference.parse(image.text)
            return self._image(base), Span(image.start, image.end)
        if from_.name_word is not None and _holds(from_.words[1], self.offset):
            return self._described("AS", AS, from_.words[1])
        return None

    def _image(self, base: ImageReference) -> str:
        return image_text(base, self.dockerfile.build.today, self.markup)

    def _port(self, word: Word) -> Description | None:
        found = _PORT.match(self._expanded(word.value))
        if found is None:
            return None
        protocol = (found[2] or "tcp").upper()
        ports = "Ports" if "-" in found[1] else "Port"
        text = f"{self.markup.bold(found[0])}: {ports} {found[1]} of the container, {protocol}."
        return f"{text} {self.markup.code('docker run -p')} publishes it.", Span(
            word.start, word.end
        )

    def _user(self, word: Word) -> Description:
        user, _, group = self._expanded(word.value).partition(":")
        if user in ("root", "0"):
            text = "has all privileges in the container"
        elif user.isdecimal():
            text = "a user id, which need not be in /etc/passwd"
        else:
            text = "runs the following instructions and the container"
        with_group = f", with the group {self.markup.code(group)}" if group else ""
        return f"{self.markup.bold(user)}: {text}{with_group}.", Span(word.start, word.end)

    def _signal(self, word: Word) -> Description | None:
        written = self._expanded(word.value).upper()
        name = SIGNAL_NUMBERS.get(written, written.removeprefix("SIG"))
        if name not in SIGNALS:
            return None
        return self._described(f"SIG{name}", f"{SIGNALS[name]}.", word)

    def _folder(self, word: Word) -> Description | None:
        """The absolute form of a path."""
        written = self._expanded(word.value)
        above = self.stage.workdir_before(self.one) if self.stage is not None else None
        path = join_path(above, written)
        if path == word.value or not path.startswith("/"):
            return None
        text = f"{self.markup.bold(path)}: the working directory from here on."
        return text, Span(word.start, word.end)
