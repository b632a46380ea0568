"""Carbon balance of a whole plant, refused where works gas counts twice or where the carbon does not close."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from inventory.activity_record import ActivityRecord
from inventory.errors import ConservationError, Problem, problem
from inventory.exact_sum import exact_sum
from inventory.methods.context import CARBON_TO_CO2

WORKS_GASES = ("blast_furnace_gas", "coke_oven_gas", "converter_gas")
"""Gases made of the carbon that a steel works buys: their carbon is in the balance's inputs already."""


@dataclass(frozen=True)
class CarbonFlow:
    """One flow across or inside a plant's fence.

    Attributes
    ----------
    name : str
        Fuel or product code.
    role : str
        input; output (product, gas or residue that leaves, or goes to stock); own_combustion: burned inside, and its
        CO2 is also estimated by itself.
    carbon_t : float
        [tC].

    """

    name: str
    role: Literal["input", "output", "own_combustion"]
    carbon_t: float


def co2_of_plant(
    flows: Sequence[CarbonFlow], *, emitted_co2_t: float | None = None, open_share: float = 0.05, place: str = "plant"
) -> float:
    """Return CO2 [t] = (Σ carbon in − Σ carbon out) [tC] × 44/12.

    Parameters
    ----------
    flows : sequence of CarbonFlow
        All flows of the plant.
    emitted_co2_t : float, optional
        The same CO2 found another way (by gases and stacks) [t]: the balance must close with it.
    open_share : float
        Carbon that may stay unexplained, as a share of the carbon that came in [1].

    Raises
    ------
    ConservationError
        If more carbon leaves than came in, if inputs, outputs and emission do not close within the share, or if works
        gas is burned with a CO2 of its own: it is in the balance already, whether it is also an output or not.

    References
    ----------
    IPCC 2006 vol. 3 equation 4.9 and box 4.1 (allocation of blast furnace gas).

    """
    carbon_in = exact_sum([flow.carbon_t for flow in flows if flow.role == "input"])
    carbon_out = exact_sum([flow.carbon_t for flow in flows if flow.role == "output"])
    open_t = carbon_in - carbon_out
    if emitted_co2_t is not None:
        open_t -= emitted_co2_t / CARBON_TO_CO2
    is_too_much_out = carbon_out > carbon_in
    is_open = emitted_co2_t is not None and abs(open_t) > open_share * carbon_in
    problems = double_counted_gases(flows, place=place)
    if is_too_much_out or is_open:
        problems.append(_open(place, carbon_in, open_t))
    if problems:
        raise ConservationError(*problems)
    return (carbon_in - carbon_out) * CARBON_TO_CO2


def double_counted_gases(flows: Iterable[CarbonFlow], *, place: str) -> list[Problem]:
    """Return a finding for each works gas that a balance holds and that is counted again where it burns."""
    flows = list(flows)
    outputs = {flow.name for flow in flows if flow.role == "output"}
    burned = sorted({flow.name for flow in flows if flow.role == "own_combustion" and flow.name in WORKS_GASES})
    return [_double(place, name, is_output=name in outputs) for name in burned]


def flows_of_records(records: Iterable[ActivityRecord], balance_group: str) -> list[CarbonFlow]:
    """Return the flows of one balance group of the ledger, record by record.

    A term of the balance carries sign and carbon_fraction. A works gas of the group whose CO2 is not booked elsewhere
    (included_species) is its own combustion; its carbon is not needed and stays NaN.
    """
    flows = []
    for record in records:
        if record.balance_group != balance_group:
            continue
        if {"sign", "carbon_fraction"} <= set(record.parameters):
            carbon_t = float(record.mass_t * record.parameter("carbon_fraction"))
            role: Literal["input", "output"] = "input" if record.parameter("sign") > 0 else "output"
            flows.append(CarbonFlow(record.fuel_or_product, role, carbon_t))
        elif record.fuel_or_product in WORKS_GASES and "CO2" not in record.included_species:
            flows.append(CarbonFlow(record.fuel_or_product, "own_combustion", float("nan")))
    return flows


def _double(place: str, name: str, *, is_output: bool) -> Problem:
    """Return the finding of a works gas counted twice."""
    how_zh = "已作为碳输出，又单独燃烧计算" if is_output else "其碳已在输入中，又单独燃烧计算"
    how_en = "is an output and burned again" if is_output else "is made of carbon already in the inputs"
    return problem("TY3189", f"{place} › {name}", how_zh=how_zh, how_en=how_en)


def _open(place: str, carbon_in: float, open_t: float) -> Problem:
    """Return the finding of a balance that does not close."""
    share = open_t / carbon_in if carbon_in else float("-inf")
    return problem("TY3190", place, open_t=f"{open_t:.6g}", share=f"{share:.2%}")
