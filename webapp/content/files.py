"""Reading and writing the files in `content/`: one canonical form, and every fault at once.

content/shared/<folder>/<slug>/common.yaml, nb.md, nn.md, en.md
content/shared/foreign/<code>.yaml, content/shared/<document>.yaml
content/municipalities/<code>/facts.yaml and the same folders: local sections and overrides
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from webapp.content.domain import images
from webapp.content.domain.check import kind_of
from webapp.content.domain.document_kinds import DOCUMENT_KINDS
from webapp.content.domain.fields import (
    UNSEEN,
    Complain,
    Field,
    Node,
    Scalar,
    WrittenList,
    WrittenMapping,
    read_fields,
    unseen,
)
from webapp.content.domain.kind import COMMON, LOCAL, Kind
from webapp.content.domain.kinds import BY_FOLDER, KINDS
from webapp.content.domain.pages import Fault, PageKey, PagePart
from webapp.kernel.language import LANGUAGES
from webapp.kernel.text import is_slug

MOST_BYTES = 256 * 1024
"""The largest content file that is read; a page of this size is a book."""

MOST_NESTED = 20
"""How deep lists and mappings may lie in each other; no field goes deeper than nine."""

_HEADING = "## "
_IMAGE = ".webp"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass
class Reading:
    """What was read of a content folder: the parts, the file of each, the lines of their fields, the faults.

    `unread` are the parts whose files are there and cannot be read.
    """

    parts: dict[PageKey, PagePart] = field(default_factory=dict)
    paths: dict[PageKey, str] = field(default_factory=dict)
    lines: dict[tuple[PageKey, str], int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    images: dict[str, bytes] = field(default_factory=dict)
    """The files of images, by their digests."""
    unread: set[PageKey] = field(default_factory=set)

    def line(self, key: PageKey, name: str) -> int:
        """Answer the line on which a field stands, or the first line of its file."""
        while name and (key, name) not in self.lines:
            name = name[: max(name.rfind("."), name.rfind("["), 0)]
        return self.lines.get((key, name), 1)


def read_tree(root: Path) -> Reading:
    """Read every content file below `root`; what cannot be read is a fault, never an exception."""
    reading = Reading()
    if not root.is_dir():
        reading.faults.append(Fault(str(root), 1, "folder", "is not there; allowed: a folder with content files"))
        return reading
    pictures: dict[Path, Path] = {}
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        relative = path.relative_to(root)
        if any(part.startswith(".") for part in relative.parts):
            continue
        if relative.suffix == _IMAGE:
            pictures[relative] = path
            continue
        key = _key_of(relative)
        if key is None:
            reading.faults.append(_misplaced(root.name, relative))
            continue
        _read_file(path, f"{root.name}/{relative.as_posix()}", key, reading)
        if key not in reading.parts:
            reading.unread.add(key)
    _read_images(pictures, root.name, reading)
    reading.faults.sort()
    return reading


def _read_images(pictures: dict[Path, Path], root: str, reading: Reading) -> None:
    """Read the files of the images that are told of; one that is missing, unknown or more than a picture is a fault."""
    for key, part in reading.parts.items():
        if key.kind != "image":
            continue
        for number, form in enumerate(part.fields.get("forms", ()), start=1):
            relative = path_of(key).with_name(images.file_name(key.slug, form.get("width", 0)))
            fault, body = _image_fault(pictures.pop(relative, None), form.get("digest", ""))
            if fault:
                at = f"forms[{number}]"
                reading.faults.append(Fault(reading.paths[key], reading.line(key, at), at, f"{relative.name} {fault}"))
            else:
                reading.images[form["digest"]] = body
    reading.faults += [_misplaced(root, relative) for relative in pictures]


def _image_fault(path: Path | None, digest: str) -> tuple[str, bytes]:
    """Answer what is wrong with the file of an image, empty where nothing is, and what it holds."""
    try:
        if path is None:
            return "is not there; allowed: a file for each form, as it was exported", b""
        if path.stat().st_size > images.MOST_BYTES:
            return f"is too large; allowed: at most {images.MOST_BYTES} bytes", b""
        body = path.read_bytes()
    except OSError as error:
        return f"cannot be read ({error.strerror}); allowed: a file that Avklart may read", b""
    if not images.is_picture_only(body):
        return "is no WebP with a picture and nothing else; allowed: a file as it was exported", b""
    if sha256(body).hexdigest() != digest:
        return "has another digest than is told; allowed: the file that it was", b""
    return "", body


def _misplaced(root: str, relative: Path) -> Fault:
    name = os.fsencode(relative).decode("utf-8", "backslashreplace")
    return Fault(
        f"{root}/{name}", 1, "path",
        "is no place for a content file; allowed: shared/<folder>/<slug>/common.yaml or <language>.md "
        f"with <folder> one of {', '.join(BY_FOLDER)}, shared/foreign/<code>.yaml, shared/<document>.yaml, "
        "and the same below municipalities/<code>/",
    )  # fmt: skip


def _key_of(relative: Path) -> PageKey | None:
    """Answer what a file is by where it lies, or None where no content file belongs."""
    match relative.parts:
        case ("shared", *rest):
            return _key_within(None, rest)
        case ("municipalities", code, "facts.yaml") if is_slug(code):
            return PageKey(code, "municipality", code, COMMON)
        case ("municipalities", code, *rest) if is_slug(code):
            return _key_within(code, rest)
    return None


def _key_within(municipality: str | None, rest: list[str]) -> PageKey | None:
    match rest:
        case [name] if municipality is None and name.endswith(".yaml") and name[:-5] in DOCUMENT_KINDS:
            return PageKey(None, "document", name[:-5], COMMON)
        case [folder, name] if folder in BY_FOLDER and BY_FOLDER[folder].is_document and name.endswith(".yaml"):
            return PageKey(municipality, BY_FOLDER[folder].name, name[:-5], COMMON) if is_slug(name[:-5]) else None
        case [folder, slug, name] if folder in BY_FOLDER and not BY_FOLDER[folder].is_document and is_slug(slug):
            language = COMMON if name == "common.yaml" else name.removesuffix(".md")
            if name == "common.yaml" or (name.endswith(".md") and language in LANGUAGES):
                return PageKey(municipality, BY_FOLDER[folder].name, slug, language)
    return None


def _read_file(path: Path, name: str, key: PageKey, reading: Reading) -> None:
    def complain(line: int, at: str, message: str) -> None:
        reading.faults.append(Fault(name, line, at, message))

    reading.paths[key] = name
    before = len(reading.faults)
    text = _text_of(path, complain)
    if text is None:
        return
    kind = kind_of(key)
    part = None
    if key.language == COMMON:
        node = _compose(text, 1, complain)
        if node is not None:
            fields = _relaxed(kind.common, key)
            part = PagePart(key, read_fields(node, fields, complain))
            _note_lines(node, key, reading)
    else:
        part = _read_markdown(text, key, kind, complain, reading)
    if part is None:
        return
    reading.parts[key] = part
    if len(reading.faults) == before and format_part(part) != text:
        line = _first_difference(format_part(part), text)
        complain(line, "file", "is not in the canonical form; `avklart content format` writes it")


def _text_of(path: Path, complain: Complain) -> str | None:
    """Answer the text of a file, or None where it is none."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            complain(1, "file", f"has {size} bytes; allowed: at most {MOST_BYTES}")
            return None
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except OSError as error:
        complain(1, "file", f"cannot be read ({error.strerror}); allowed: a file that Avklart may read")
        return None
    except UnicodeDecodeError as error:
        complain(raw[: error.start].count(b"\n") + 1, "file", "is not UTF-8; allowed: text saved as UTF-8")
        return None
    if found := UNSEEN.search(text):
        complain(text.count("\n", 0, found.start()) + 1, "file", unseen(found.group()))
        return None
    return text


def fields_of(key: PageKey) -> tuple[Field, ...]:
    """Answer the fields that the file of a part may have."""
    kind = kind_of(key)
    return _relaxed(kind.common if key.language == COMMON else kind.texts, key)


def _relaxed(fields: tuple[Field, ...], key: PageKey) -> tuple[Field, ...]:
    """A municipality's own file over a shared page gives only what differs; its own pages are whole."""
    if key.municipality is None or key.kind == "municipality":
        return tuple(item for item in fields if item is not LOCAL)
    return tuple(Field(item.name, item.type) for item in fields)


def _read_markdown(text: str, key: PageKey, kind: Kind, complain: Complain, reading: Reading) -> PagePart | None:
    lines = text.split("\n")
    if lines[0] != "---" or "---" not in lines[1:]:
        complain(1, "front matter", "is missing; allowed: lines of `name: value` between two lines of ---")
        return None
    end = lines.index("---", 1)
    node = _compose("\n".join(lines[1:end]), 2, complain)
    if node is None:
        return None
    front = read_fields(node, _relaxed(kind.front, key), complain)
    _note_lines(node, key, reading)
    heads = [number for number in range(end + 1, len(lines)) if lines[number].startswith(_HEADING)]
    for number in range(end + 1, heads[0] if heads else len(lines)):
        if lines[number].strip():
            complain(number + 1, "text", "stands before the first section; allowed: sections that begin with `## name`")
            break
    written = []
    for head, stop in pairwise([*heads, len(lines)]):
        name, line = lines[head].removeprefix(_HEADING).strip() or "##", head + 1
        written.append((Scalar(name, line), Scalar("\n".join(lines[line:stop]).strip(), line)))
        reading.lines[key, name] = line
    sections = read_fields(WrittenMapping(tuple(written), end + 1), _relaxed(kind.sections, key), complain)
    return PagePart(key, {**front, **sections})


def _compose(text: str, first_line: int, complain: Complain) -> Node | None:
    """Read YAML as nodes with line numbers; anchors, aliases, tags and unreadable files are faults."""
    try:
        return _build(yaml.parse(text, Loader=_LOADER), first_line, complain)
    except yaml.MarkedYAMLError as error:
        problem = str(error.problem)
        is_open = "end of stream" in problem  # say where it begins, not that the file ends
        mark = (error.context_mark if is_open else None) or error.problem_mark
        line = (mark.line if mark else 0) + first_line
    except yaml.YAMLError as error:
        line, problem = first_line, str(error).splitlines()[0]
    complain(line, "file", f"is not readable YAML ({problem}); allowed: lines of `name: value`")
    return None


@dataclass
class _Open:
    """A list or mapping that is not read to its end; a mapping gathers keys and values in turn."""

    is_mapping: bool
    line: int
    gathered: list[Node] = field(default_factory=list)

    def closed(self) -> Node:
        if not self.is_mapping:
            return WrittenList(tuple(self.gathered), self.line)
        keys = (key if isinstance(key, Scalar) else Scalar("?", key.line) for key in self.gathered[::2])
        return WrittenMapping(tuple(zip(keys, self.gathered[1::2], strict=True)), self.line)


def _build(events: Iterable[Any], first_line: int, complain: Complain) -> Node | None:
    """Build nodes from events: an alias is never followed, and no depth can exhaust the machine's stack."""
    root: Node | None = None
    inside: list[_Open] = []
    for event in events:
        line = event.start_mark.line + first_line
        for fault in _extras(event):
            complain(line, _place(inside), f"{fault}; allowed: plain text, lists and mappings")
        node: Node
        match event:
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                if len(inside) == MOST_NESTED:
                    complain(line, _place(inside), f"is nested too deep; allowed: {MOST_NESTED} levels")
                    return None
                inside.append(_Open(isinstance(event, yaml.MappingStartEvent), line))
                continue
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                node = inside.pop().closed()
            case yaml.ScalarEvent():
                node = Scalar(event.value, line)
            case yaml.AliasEvent():
                node = Scalar("", line)
            case yaml.DocumentStartEvent() if root is not None:
                complain(line, "file", "has a second document; allowed: one")
                return None
            case _:
                continue
        if inside:
            inside[-1].gathered.append(node)
        else:
            root = node
    return root or WrittenMapping((), first_line)


def _extras(event: Any) -> Iterator[str]:
    """Name what YAML has and content files have not."""
    if isinstance(event, yaml.AliasEvent):
        yield f"has an alias (*{event.anchor})"
    elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
        if event.anchor:
            yield f"has an anchor (&{event.anchor})"
        if event.tag:
            yield f"has a tag ({event.tag})"


def _place(inside: list[_Open]) -> str:
    """Answer the path of the field that is read next."""
    at = ""
    for opened in inside:
        if not opened.is_mapping:
            at = f"{at}[{len(opened.gathered) + 1}]"
        elif len(opened.gathered) % 2:
            key = opened.gathered[-1]
            name = key.text if isinstance(key, Scalar) else "?"
            at = f"{at}.{name}" if at else name
    return at or "file"


def _note_lines(node: Node, key: PageKey, reading: Reading, at: str = "") -> None:
    if isinstance(node, WrittenMapping):
        for name, value in node.items:
            place = f"{at}.{name.text}" if at else name.text
            reading.lines[key, place] = name.line
            _note_lines(value, key, reading, place)
    elif isinstance(node, WrittenList):
        for number, item in enumerate(node.items, start=1):
            reading.lines[key, f"{at}[{number}]"] = item.line
            _note_lines(item, key, reading, f"{at}[{number}]")


def _first_difference(one: str, other: str) -> int:
    pairs = zip(one.split("\n"), other.split("\n"), strict=False)
    return next((number for number, (a, b) in enumerate(pairs, start=1) if a != b), other.count("\n") + 1)


def _dump(fields: dict[str, Any]) -> str:
    if not fields:
        return ""
    text: str = yaml.dump(fields, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=10_000)
    return text


def _ordered(fields: Iterable[Field], values: Any) -> dict[str, Any]:
    return {item.name: values[item.name] for item in fields if item.name in values}


def format_part(part: PagePart) -> str:
    """Write a part in the one canonical form of its file."""
    kind = kind_of(part.key)
    if part.key.language == COMMON:
        return _dump(_ordered(kind.common, part.fields))
    pieces = ["---\n" + _dump(_ordered(kind.front, part.fields)) + "---\n"]
    sections = _ordered(kind.sections, part.fields)
    pieces += [f"\n## {name}\n\n{text}\n" for name, text in sections.items()]
    return "".join(pieces)


def path_of(key: PageKey) -> Path:
    """Answer where a part's file lies below the content folder."""
    base = Path("shared") if key.municipality is None else Path("municipalities") / key.municipality
    if key.kind == "municipality":
        return base / "facts.yaml"
    if key.kind == "document":
        return base / f"{key.slug}.yaml"
    kind = KINDS[key.kind]
    if kind.is_document:
        return base / kind.folder / f"{key.slug}.yaml"
    return base / kind.folder / key.slug / ("common.yaml" if key.language == COMMON else f"{key.language}.md")


def write_tree(
    parts: Iterable[PagePart], root: Path, image: Callable[[str], bytes | None] = lambda _digest: None
) -> Iterator[Path]:
    """Write parts as files below `root`, answering each path as it is written; `image` answers what a form holds."""
    for part in parts:
        path = root / path_of(part.key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(format_part(part).encode("utf-8"))
        yield path
        for form in part.fields["forms"] if part.key.kind == "image" else ():
            if body := image(form["digest"]):
                beside = path.with_name(images.file_name(part.key.slug, form["width"]))
                beside.write_bytes(body)
                yield beside
