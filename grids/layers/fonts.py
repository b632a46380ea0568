"""A font that holds every character a map draws: a missing glyph is an error, never an empty box.

Asked in this order: Noto Sans SC from the package `pylopdf-fonts-zh-cn` (SIL Open Font License 1.1, pinned: the same
bytes and the mainland glyph forms on every machine), then the fonts of the system (Debian fonts-noto-cjk and others).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from inventory.errors import InventoryError, Problem, problem

_PACKAGE, _PACKAGE_FONT = "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"
_SYSTEM_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
                   "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts")  # fmt: skip
_SYSTEM_NAMES = ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf",
                 "SourceHanSansSC-Regular.otf", "SourceHanSansCN-Regular.otf", "wqy-microhei.ttc", "wqy-zenhei.ttc",
                 "simhei.ttf", "SimHei.ttf", "msyh.ttc")  # fmt: skip
_MAINLAND = (" SC", " CN")


class FontError(InventoryError):
    """No font on this machine holds all the characters that are to be drawn."""

    exit_code = 4


@dataclass(frozen=True)
class FontFace:
    """One face of a font file; `index` tells the faces of a collection (.ttc) apart."""

    path: Path
    index: int
    family: str


def find_font(texts: Iterable[str], files: Sequence[Path] | None = None) -> FontFace:
    """Return the first font that holds every character of `texts`.

    Parameters
    ----------
    texts : iterable of str
        Everything that will be drawn; white space needs no glyph.
    files : sequence of Path, optional
        Font files to ask, in order; by default the package's, then the system's.

    Raises
    ------
    FontError
        If no font holds them all: names the characters that the best font lacks, or all when there is no font.

    """
    needed = {character for text in texts for character in text if not character.isspace()}
    lacking, asked = needed, 0
    for path in candidate_files() if files is None else files:
        face, glyphs = _read_face(path)
        missing, asked = needed - glyphs, asked + 1
        if not missing:
            return face
        lacking = missing if asked == 1 else min(lacking, missing, key=len)
    raise FontError(_problem(lacking, asked))


def candidate_files() -> Iterator[Path]:
    """Yield the font files of this machine that may hold Chinese, the pinned package first."""
    package = find_spec(_PACKAGE)
    if package is not None and package.origin is not None:
        yield Path(package.origin).parent / _PACKAGE_FONT
    folders = [folder for name in _SYSTEM_FOLDERS if (folder := Path(name).expanduser()).is_dir()]
    for name in _SYSTEM_NAMES:
        for folder in folders:
            yield from sorted(folder.rglob(name))


def _read_face(path: Path) -> tuple[FontFace, set[str]]:
    """Return the mainland face of a file (else its first) and the characters it has glyphs for."""
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415 - start-up time

    faces = [FT2Font(str(path), face_index=index) for index in range(FT2Font(str(path)).num_faces)]
    index = next((i for i, face in enumerate(faces) if face.family_name.endswith(_MAINLAND)), 0)
    glyphs = {chr(code) for code in faces[index].get_charmap()}
    return FontFace(path, index, faces[index].family_name), glyphs


def _problem(characters: set[str], asked: int) -> Problem:
    """Say which characters cannot be drawn, and how to get a font."""
    shown = " ".join(f"{character} (U+{ord(character):04X})" for character in sorted(characters)[:20])
    more = f" … {len(characters)}" if len(characters) > 20 else ""
    return problem("TY6304", f"{asked} font file(s)", shown=shown, more=more)
