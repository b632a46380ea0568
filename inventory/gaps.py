"""What is missing: records without a factor, and leaves without records, each with the reason that the project gives.

A note of missing_inputs.csv speaks of a leaf, or of some of its species. A leaf that has records needs no note of its
own: one that stays is an error, so that no reason outlives the gap it explains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from inventory.errors import Problem, SchemaError, problem
from inventory.vocabulary import load

UNEXPLAINED_EN = "the project holds no record of this leaf and does not say which input is missing"
"""Reason of a leaf that nobody has explained; the bundled example has none."""

_UNEXPLAINED_ZH = "项目没有该源类的记录，也没有写明缺哪项输入"
_KEYS = ("NE", "NO", "NA", "IE", "C")
_ANY_SPECIES = "any"
"""Stands in the gap row of a leaf whose species nobody has named yet."""
_SAID = ("notation_key", "included_in", "missing_input", "reason_zh", "reason_en", "source", "confidence")
_NOTE = ("source_category", "species", *_SAID)
_GAP = ("source_category", "activity_id", "species", *_SAID)

Note = Mapping[str, str]
"""A row of missing_inputs.csv, every column of _NOTE as text."""


def find_gaps(ledger: pd.DataFrame, emissions: pd.DataFrame, missing_inputs: pd.DataFrame) -> pd.DataFrame:
    """List every NE of a record and every leaf of the vocabulary without a record.

    Parameters
    ----------
    ledger, emissions : DataFrame
        core_activity and core_emission.
    missing_inputs : DataFrame
        source_category, notation_key, missing_input, reason_zh, reason_en and, where given, species (several: `;`;
        empty: all that no other note names), included_in (leaves that hold an IE, `;`), source and confidence.

    Returns
    -------
    DataFrame
        core_gap; a leaf without record or note is NO where the vocabulary says that it does not occur, else NE.

    Raises
    ------
    SchemaError
        Naming every note of an unknown leaf, species or key, every note of a whole leaf that has records by now, and
        every IE without a record that could hold it.

    """
    notes = _notes(missing_inputs)
    present = {str(code) for code in ledger["source_category"]}
    problems = list(_problems(notes, present))
    if problems:
        raise SchemaError(*problems)
    said = {(note["source_category"], species): note for note in notes for species in note["species"].split(";")}
    rows = [*_of_records(ledger, emissions, said), *_of_leaves(present, said)]
    return pd.DataFrame(rows, columns=list(_GAP))


def _notes(missing_inputs: pd.DataFrame) -> list[Note]:
    """Return the notes; a column that the project's file does not have is empty."""
    whole = missing_inputs.reindex(columns=list(_NOTE), fill_value="").fillna("")
    return [{str(name): str(value) for name, value in row.items()} for row in whole.to_dict("records")]


def _problems(notes: list[Note], present: set[str]) -> Iterator[Problem]:
    """Yield what is wrong with the notes: those would be lost, stale or empty words."""
    expected = dict(zip(load("categories")["code"], load("categories")["expected_species"], strict=True))
    seen: set[tuple[str, str]] = set()
    for note in notes:
        leaf, place = (
            note["source_category"],
            f"missing_inputs.csv › {note['source_category']} {note['species']}".strip(),
        )
        keys = {(leaf, species) for species in note["species"].split(";")}
        if leaf not in expected:
            yield problem("TY3023", place)
        elif unknown := {species for _, species in keys} - {"", *expected[leaf].split(";")}:
            yield problem("TY3027", place, species=", ".join(sorted(unknown)))
        if note["notation_key"] not in _KEYS:
            yield problem("TY3028", place, text=note["notation_key"])
        if keys & seen:
            yield problem("TY3029", place)
        seen |= keys
        if leaf in present and (leaf, "") in keys:
            yield problem("TY3025", place)
        if note["notation_key"] == "IE":
            yield from _unheld(note, place, present)


def _unheld(note: Note, place: str, present: set[str]) -> Iterator[Problem]:
    """Yield the leaves named as holders of an IE that have no record, or the absence of any name."""
    holders = [code for code in note["included_in"].split(";") if code]
    empty = [code for code in holders if not any(leaf.startswith(code) for leaf in present)]
    if empty or not holders:
        yield problem("TY3026", place, names=", ".join(empty) or "—")


def _of_records(
    ledger: pd.DataFrame, emissions: pd.DataFrame, said: Mapping[tuple[str, str], Note]
) -> Iterator[dict[str, str]]:
    """Yield a row per NE of a record, in the words of the project's note on that species where there is one."""
    keys = ["activity_id", "source_category", "fuel_or_product", "technology"]
    without = emissions[emissions["notation_key"] == "NE"].merge(ledger[keys], on="activity_id")
    for row in without.itertuples():
        leaf, species = str(row.source_category), str(row.species)
        noted = said.get((leaf, species)) or _of_method(str(row.fallback_chain))
        noted = noted or _no_factor(species, str(row.fuel_or_product), str(row.technology))
        spoken = {name: noted[name] for name in _SAID} | {"notation_key": "NE", "included_in": ""}
        yield {"source_category": leaf, "activity_id": str(row.activity_id), "species": species} | spoken


def _of_leaves(present: set[str], said: Mapping[tuple[str, str], Note]) -> Iterator[dict[str, str]]:
    """Yield a row per expected species of every leaf without a record."""
    for leaf in load("categories").itertuples():
        if leaf.code in present:
            continue
        for species in (leaf.expected_species or _ANY_SPECIES).split(";"):
            noted = said.get((leaf.code, species)) or said.get((leaf.code, ""))
            noted = noted or _unsaid(leaf.occurs_in_shanghai, leaf.reason)
            spoken = {name: noted[name] for name in _SAID}
            yield {"source_category": leaf.code, "activity_id": "", "species": species} | spoken


def _of_method(reason: str) -> Note | None:
    """Return the reason that a method gave for having no number (Chinese / English); None where it gave none."""
    reason_zh, divided, reason_en = reason.partition(" / ")
    return dict.fromkeys(_SAID, "") | {"reason_zh": reason_zh, "reason_en": reason_en} if divided else None


def _no_factor(species: str, fuel_or_product: str, technology: str) -> Note:
    """Return why a record has no number, where the project does not say it better."""
    return dict.fromkeys(_SAID, "") | {
        "reason_zh": f"方法包及后备包没有“{fuel_or_product} × {technology}”的 {species} 因子，项目参数也没有给出",
        "reason_en": (
            f"neither the method packs nor the project's parameters hold a {species} factor of"
            f" {fuel_or_product} × {technology}"
        ),
        "missing_input": f"{species} 排放因子：{fuel_or_product} × {technology} / emission factor of {species}",
    }


def _unsaid(occurs: str, reason: str) -> Note:
    """Return what stands for a leaf that the project is silent about."""
    if occurs == "no":
        words = {"notation_key": "NO", "reason_zh": "词表注明本市不发生", "reason_en": f"does not occur: {reason}"}
    else:
        missing = "在 missing_inputs.csv 写明 / to be stated in missing_inputs.csv"
        words = {
            "notation_key": "NE", "reason_zh": _UNEXPLAINED_ZH, "reason_en": UNEXPLAINED_EN, "missing_input": missing
        }  # fmt: skip
    return dict.fromkeys(_SAID, "") | words
