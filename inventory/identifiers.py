"""Names and official codes of facilities: how each is written, and which facility each belongs to.

Knows the forms of GB 32100-2015 credit codes and permit numbers. What facilities share: inventory/facility_checks.py.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

NAME_SCHEMES = ("name", "former_name")
CODE_SCHEMES = ("credit_code", "permit", "env_stat", "ets", "energy_use_unit", "facility_id")
SCHEMES = (*NAME_SCHEMES, *CODE_SCHEMES)

_SPACES = re.compile(r"[\s\u200b\ufeff]+")
_PERMIT = re.compile(r"(.{18})\d{3}[A-Z]")
_CODE = re.compile(r"[0-9A-Z][0-9A-Z./_-]{3,39}")
_FACILITY_ID = re.compile(r"F[0-9a-f]{12}")


def plain_text(text: str) -> str:
    """Return a name for comparison: NFKC, without spaces, in lower case; full-width and half-width are one."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).casefold()


def plain_code(text: str) -> str:
    """Return a code as it is kept: NFKC, without spaces, in upper case."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def plain_identifier(scheme: str, text: str) -> str:
    """Return an identifier as it is compared: codes in upper case, facility ids and names as their kind is."""
    if scheme in NAME_SCHEMES or scheme == "facility_id":
        return plain_text(text) if scheme != "facility_id" else "F" + plain_text(text)[1:]
    return plain_code(text)


def identifier_fault(scheme: str, text: str) -> tuple[str, str] | None:
    """Return why an identifier cannot be one of its scheme, in Chinese and English; None where it can.

    A credit code has 18 characters and the check character of GB 32100-2015; a permit number is the credit code of its
    holder, three digits and a letter.
    """
    if scheme not in SCHEMES:
        known = "、".join(SCHEMES)
        return f"未知的标识类型 {scheme}；可用：{known}", f"unknown scheme {scheme}; there are: {known}"
    return _FAULTS.get(scheme, _code_fault)(plain_identifier(scheme, text))


def credit_code_of(scheme: str, text: str) -> str:
    """Return the credit code that an identifier holds: itself, or the first 18 characters of a permit number."""
    return plain_code(text)[:18] if scheme in {"credit_code", "permit"} else ""


def suggestions(text: str, known: Iterable[str], count: int = 3) -> str:
    """Return the known names nearest to a text, joined by 、; a dash where none is near."""
    names = {plain_text(name): name for name in sorted(known)}
    near = difflib.get_close_matches(plain_text(text), list(names), n=count, cutoff=0.5)
    return "、".join(names[name] for name in near) or "—"


def connected_roots(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the smallest member of its group for every item that pairs connect, whatever the order of the pairs."""
    root: dict[str, str] = {}

    def find(item: str) -> str:
        while root.setdefault(item, item) != item:
            root[item] = root[root[item]]
            item = root[item]
        return item

    for one, other in pairs:
        first, last = sorted((find(one), find(other)))
        root[last] = first
    return {item: find(item) for item in root}


def _credit_code_fault(code: str) -> tuple[str, str] | None:
    """Return why a text is no credit code."""
    try:
        uscc.validate(code)
    except InvalidLength:
        return (
            f"统一社会信用代码应为 18 位，这里 {len(code)} 位",
            f"a credit code has 18 characters, this has {len(code)}",
        )
    except InvalidChecksum:
        wanted = uscc.calc_check_digit(code[:17])
        return (
            f"校验位不符：末位是 {code[-1]}，按 GB 32100-2015 应为 {wanted}（或前 17 位有误）",
            f"the check character is {code[-1]}, GB 32100-2015 gives {wanted} (or one of the other 17 is wrong)",
        )
    except ValidationError:
        return (
            "含有信用代码不用的字符（I、O、Z、S、V 或符号）",
            "it holds characters that credit codes do not use (I, O, Z, S, V, signs)",
        )
    return None


def _permit_fault(code: str) -> tuple[str, str] | None:
    """Return why a text is no number of a discharge permit."""
    found = _PERMIT.fullmatch(code)
    if found is None:
        return (
            "排污许可证编号应为信用代码 18 位 + 3 位数字 + 1 个字母",
            "a permit number is a credit code, 3 digits and a letter",
        )
    return _credit_code_fault(found[1])


def _code_fault(code: str) -> tuple[str, str] | None:
    """Return why a text is no code of a register."""
    if _CODE.fullmatch(code):
        return None
    return "代码应为 4–40 位字母、数字或 . / _ -", "a code is 4 to 40 letters, digits, or . / _ -"


def _name_fault(name: str) -> tuple[str, str] | None:
    """Return why a text is no name."""
    return None if len(name) > 1 else ("名称为空或只有一个字", "the name is empty or one character")


def _facility_id_fault(code: str) -> tuple[str, str] | None:
    """Return why a text is no facility_id."""
    return (
        None if _FACILITY_ID.fullmatch(code) else ("应为 F + 12 位十六进制", "it should be F and 12 hexadecimal digits")
    )


_FAULTS: dict[str, Callable[[str], tuple[str, str] | None]] = {
    "credit_code": _credit_code_fault, "permit": _permit_fault, "facility_id": _facility_id_fault,
    "name": _name_fault, "former_name": _name_fault,
}  # fmt: skip
