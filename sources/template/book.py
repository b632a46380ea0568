"""How a template looks, and writing its cells: text is never taken for a formula, equal content gives equal bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - xlsxwriter takes naive dates; a fixed one keeps the bytes stable

_FONT = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
_LINE = {"border": 1, "border_color": "#C9D3D8"}
_LEFT = {"align": "left", "indent": 1, "text_wrap": True}
_EXAMPLE = {"italic": True, "font_color": "#6B6B6B", "bg_color": "#ECECEC"}
_REQUIRED = {"bg_color": "#FFF6D6"}
_LOOKS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 16, "font_color": "#1F4E5F"},
    "section": {"bold": True, "font_size": 11, "font_color": "#1F4E5F", "bottom": 2, "bottom_color": "#1F4E5F"},
    "plain": {"text_wrap": True, "valign": "top"},
    "line": {**_LINE, "text_wrap": True, "align": "left", "indent": 1},
    "head": {**_LINE, "bold": True, "bg_color": "#DCE8EC", "align": "center", "text_wrap": True},
    "head_required": {**_LINE, "bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF", "align": "center",
                      "text_wrap": True},
    "id": {"font_color": "#8A8A8A", "num_format": "@"},
    "example": {**_EXAMPLE, **_LEFT},
    "example_number": {**_EXAMPLE, "align": "right"},
    "text": {**_LEFT, "num_format": "@", "valign": "top"},
    "text_required": {**_LEFT, "num_format": "@", "valign": "top", **_REQUIRED},
    "number": {"align": "right", "valign": "top"},
    "number_required": {"align": "right", "valign": "top", **_REQUIRED},
    "link": {**_LINE, "font_color": "#0563C1", "underline": 1, "align": "left", "indent": 1},
    "code": {**_LINE, "num_format": "@"},
    "meaning": {**_LINE, "font_color": "#555555"},
    "count": {**_LINE, "align": "right"},
    "good": {"bg_color": "#E2F0D9", "font_color": "#375623"},
    "bad": {"bg_color": "#F8CBAD", "font_color": "#9C0006", "bold": True},
    "missing": {"bg_color": "#F4B183"},
}  # fmt: skip

_CHINESE = 0x2E7F
"""Signs above this take the width of two."""


def text_width(text: str) -> int:
    """Return the width of the longest line of a text [characters]; a Chinese sign takes two."""
    return max(sum(2 if ord(sign) > _CHINESE else 1 for sign in line) for line in text.split("\n"))


@dataclass
class Book:
    """A workbook that is being written, with its styles, each made once."""

    workbook: xlsxwriter.Workbook
    footer: str
    _styles: dict[str, Format] = field(default_factory=dict)

    def style(self, look: str) -> Format:
        """Return a style by its name; `good`, `bad` and `missing` are for conditional formats."""
        if look not in self._styles:
            is_rule = look in ("good", "bad", "missing")
            self._styles[look] = self.workbook.add_format(_LOOKS[look] if is_rule else {**_FONT, **_LOOKS[look]})
        return self._styles[look]

    def add_sheet(self, name: str, *, is_wide: bool = False) -> Worksheet:
        """Add a sheet with its page set-up: landscape A4 (A3 where wide), one page wide, numbered."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(8 if is_wide else 9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L&8{self.footer.replace('&', '&&')}&R&8&A  &P / &N")
        return sheet

    def text(self, sheet: Worksheet, at: tuple[int, int], text: str, *, look: str) -> None:
        """Write text into a cell (0-based row, column), or only its style where there is none."""
        if text:
            sheet.write_string(*at, text, self.style(look))
        else:
            sheet.write_blank(*at, None, self.style(look))
