r"""Lines of an NMEA log → positions and ship data, decoded by pyais.

Time stands in a TAG block (`\c:1614556800*…\!AIVDM…`) or before the sentence (ISO or Unix time). Sentences of one
message are joined by time, sequence number, channel and station, in any order; a later sentence without a time of
its own belongs to the one just before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from operator import xor
from typing import Any, NamedTuple

import numpy as np
from pyais.exceptions import AISBaseException
from pyais.messages import AISSentence

from sources.ais.batch import (
    BAD_CHECKSUM,
    INCOMPLETE,
    NO_STATUS,
    NO_TIME,
    UNDECODABLE,
    Batch,
    Positions,
    SetAside,
    StaticRecord,
    is_ship,
    known_speed,
    unusable,
)

_POSITION_TYPES = frozenset({1, 2, 3, 18, 19, 27})
_STATIC_TYPES = frozenset({5, 19, 24})
_WANTED = _POSITION_TYPES | _STATIC_TYPES
_LONG_RANGE, _LONG_RANGE_NO_SPEED = 27, 63.0
_SEPARATORS = b" \t,;|"
_ARMOUR = bytes((*range(48, 88), *range(96, 120)))
_UNDECODABLE = (AISBaseException, ValueError, KeyError, IndexError, TypeError, AttributeError)
_MILLISECONDS_FROM = 10**11
_UNIX = re.compile(r"\d{9,13}(\.\d+)?")

Row = tuple[int, int, int, float, float, float, int]


class _Sentence(NamedTuple):
    """A sentence whose checksum holds: number and text of its line, and the time that stands before it."""

    number: int
    line: bytes
    time_ms: int | None
    said: AISSentence


@dataclass
class NmeaDecoder:
    """Decodes the lines of one file; holds the sentences that wait for the rest of their message."""

    _waiting: dict[tuple[Any, ...], dict[int, _Sentence]] = field(default_factory=dict)
    _before: _Sentence | None = None
    _rows: list[Row] = field(default_factory=list)
    _found: Batch = field(default_factory=lambda: Batch(0, _positions([])))

    def decode(self, first_line: int, block: bytes) -> Batch:
        """Return what a block of lines says."""
        self._rows, self._found = [], Batch(0, _positions([]))
        lines = block.split(b"\n")
        for number, raw in enumerate(lines, start=first_line):
            line = raw.strip()
            if line:
                self._found.rows_in += 1
                self._read(number, line)
        rows = self._rows
        self._found.positions = _usable(_positions(rows), self._found, lambda at: lines[rows[at][0] - first_line])
        return self._found

    def finish(self) -> Batch:
        """Return the sentences whose messages stayed incomplete; their lines were counted when they were read."""
        left = [part for parts in self._waiting.values() for part in parts.values()]
        set_aside = [SetAside(part.number, INCOMPLETE, _text(part.line)) for part in left]
        self._waiting.clear()
        return Batch(0, _positions([]), set_aside=sorted(set_aside))

    def _read(self, number: int, line: bytes) -> None:
        """Sort one line into positions, ship data, set aside or rejected."""
        begin = line.rfind(b"!")
        if begin < 0:
            self._other(number, line)
            return
        time_ms = _time_of(line[:begin])
        sentence = _sentence(line[begin:])
        if time_ms == _TAG_BROKEN or sentence == BAD_CHECKSUM:
            self._set_aside(number, BAD_CHECKSUM, line)
        elif isinstance(sentence, str):
            self._set_aside(number, UNDECODABLE, line)
        elif sentence.frag_cnt == 1:
            self._decode([_Sentence(number, line, time_ms, sentence)])
        else:
            self._join(_Sentence(number, line, time_ms, sentence))

    def _other(self, number: int, line: bytes) -> None:
        """Pass over other sentences and remarks; set aside what is neither."""
        if b"$" in line:
            self._found.rejected["other sentence"] += 1
        elif line.startswith(b"#"):
            self._found.rejected["remark"] += 1
        else:
            self._set_aside(number, UNDECODABLE, line)

    def _join(self, part: _Sentence) -> None:
        """Keep a sentence until its message is whole."""
        if part.time_ms is None and self._before is not None and _follows(self._before, part):
            part = part._replace(time_ms=self._before.time_ms)
        self._before = part if part.time_ms is not None else None
        said = part.said
        key = (part.time_ms, said.seq_id, said.channel, said.frag_cnt, _station(part.line))
        parts = self._waiting.setdefault(key, {})
        if said.frag_num in parts:
            if parts[said.frag_num].said.payload == said.payload:
                self._found.rejected["repeated sentence"] += 1
            else:
                self._set_aside(part.number, INCOMPLETE, part.line)
            return
        parts[said.frag_num] = part
        if len(parts) == said.frag_cnt:
            del self._waiting[key]
            self._decode([parts[number] for number in sorted(parts)])

    def _decode(self, parts: list[_Sentence]) -> None:
        """Decode a whole message."""
        sentence = AISSentence.assemble_from_iterable([part.said for part in parts])
        kind, time_ms, found = sentence.ais_id, parts[0].time_ms, self._found
        if kind not in _WANTED:
            found.rejected[f"type {kind}"] += len(parts)
            return
        last_line = max(part.number for part in parts)
        try:
            message: Any = sentence.decode()
            position = _row(message, last_line, time_ms) if kind in _POSITION_TYPES else None
            static = _static(message) if kind in _STATIC_TYPES else None
        except _UNDECODABLE:
            self._set_aside_all(parts, UNDECODABLE)
            return
        if position is not None and time_ms is None:
            self._set_aside_all(parts, NO_TIME)
            return
        if position is not None:
            self._rows.append(position)
            found.rejected["further sentence of a message"] += len(parts) - 1
        else:
            found.rejected["ship data"] += len(parts)
        if static is not None and is_ship(np.array([static.mmsi])).item():
            found.static[static] += 1

    def _set_aside(self, number: int, code: str, line: bytes) -> None:
        """Set one line aside."""
        self._found.set_aside.append(SetAside(number, code, _text(line)))

    def _set_aside_all(self, parts: list[_Sentence], code: str) -> None:
        """Set all lines of a message aside."""
        for part in parts:
            self._set_aside(part.number, code, part.line)


_TAG_BROKEN = -1


def _sentence(text: bytes) -> AISSentence | str:
    """Return the sentence, or the code of what is wrong with it."""
    try:
        sentence = AISSentence(text)
    except _UNDECODABLE:
        return UNDECODABLE
    if not sentence.is_valid:
        return BAD_CHECKSUM
    if sentence.type not in {"VDM", "VDO"} or not sentence.payload or sentence.payload.translate(None, _ARMOUR):
        return UNDECODABLE
    return sentence


def _time_of(head: bytes) -> int | None:
    """Return the time [ms since 1970, UTC] that stands before a sentence; _TAG_BROKEN where its checksum is wrong."""
    if not head:
        return None
    plain, tag, rest = head.partition(b"\\")
    if tag:
        body, _, after = rest.partition(b"\\")
        fields, star, check = body.rpartition(b"*")
        if not star or f"{reduce(xor, fields, 0):02X}".encode() != check.strip().upper().rjust(2, b"0"):
            return _TAG_BROKEN
        for entry in fields.split(b","):
            if entry.startswith(b"c:"):
                return _milliseconds(entry[2:])
        plain = plain.strip(_SEPARATORS) or after
    return _milliseconds(plain.strip(_SEPARATORS))


def _milliseconds(text: bytes) -> int | None:
    """Return a Unix time (s or ms) or an ISO time (UTC where it has no offset) in ms; None where it is neither."""
    said = text.decode("ascii", "replace").strip()
    if _UNIX.fullmatch(said):
        whole, _, part = said.partition(".")
        seconds = int(whole)
        return seconds if seconds >= _MILLISECONDS_FROM else seconds * 1000 + int(part[:3].ljust(3, "0") or 0)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def _station(line: bytes) -> bytes:
    """Return the station (s:) that a TAG block names."""
    begin = line.find(b"s:", 0, 40) if line.startswith(b"\\") else -1
    return re.split(rb"[,*]", line[begin + 2 : begin + 40], maxsplit=1)[0] if begin >= 0 else b""


def _follows(first: _Sentence, second: _Sentence) -> bool:
    """Return whether a sentence stands right behind another and continues its message."""
    one, other = first.said, second.said
    same = (one.seq_id, one.channel, one.frag_cnt) == (other.seq_id, other.channel, other.frag_cnt)
    return same and one.frag_num + 1 == other.frag_num and first.number + 1 == second.number


def _row(message: Any, number: int, time_ms: int | None) -> Row:  # noqa: ANN401 - a class per message type
    """Return a position; raise TypeError where the message is cut off before it."""
    speed = float(message.speed)
    if message.msg_type == _LONG_RANGE and speed == _LONG_RANGE_NO_SPEED:
        speed = float("nan")
    status = getattr(message, "status", NO_STATUS)
    return number, int(message.mmsi), time_ms or 0, float(message.lon), float(message.lat), speed, int(status)


def _static(message: Any) -> StaticRecord:  # noqa: ANN401 - a class per message type
    """Return the ship data of a message of type 5, 19 or 24; its parts give what they hold."""
    length = float((getattr(message, "to_bow", 0) or 0) + (getattr(message, "to_stern", 0) or 0))
    beam = float((getattr(message, "to_port", 0) or 0) + (getattr(message, "to_starboard", 0) or 0))
    return StaticRecord(
        int(message.mmsi), int(getattr(message, "imo", 0) or 0), str(getattr(message, "shipname", "") or ""),
        int(getattr(message, "ship_type", 0) or 0), length, beam,
    )  # fmt: skip


def _positions(rows: list[Row]) -> Positions:
    """Return positions as arrays."""
    line, mmsi, time_ms, lon, lat, speed, status = zip(*rows, strict=True) if rows else ((),) * 7
    return Positions(
        np.array(line, np.int64), np.array(mmsi, np.int64), np.array(time_ms, np.int64), np.array(lon, np.float64),
        np.array(lat, np.float64), known_speed(np.array(speed, np.float64)), np.array(status, np.int8),
    )  # fmt: skip


def _usable(positions: Positions, found: Batch, text_of: Callable[[int], bytes]) -> Positions:
    """Return the positions that are of ships and have a place; set the others aside."""
    wrong = unusable(positions)
    found.set_aside += [SetAside(int(positions.line[index]), code, _text(text_of(index))) for index, code in wrong]
    kept = np.ones(len(positions.line), dtype=np.bool_)
    kept[[index for index, _ in wrong]] = False
    return positions.where(kept)


def _text(line: bytes) -> str:
    """Return a line for the quarantine."""
    return line.decode("utf-8", "backslashreplace").strip()
