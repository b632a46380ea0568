"""CH4 of domestic wastewater treatment from the organic load removed."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext


def ch4_of_organic_load(load_kg: Amount, *, bo_kg_ch4_per_kg: Amount, mcf: Amount) -> Amount:
    """Return CH4 [t] = organic load [kg BOD or COD] × Bo [kg CH4 per kg of the same] × MCF / 1000.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 生活污水; IPCC 2006 vol. 5 equation 6.1.

    """
    return load_kg * bo_kg_ch4_per_kg * mcf / 1000.0


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CH4 of water whose removed COD is known per unit."""
    load_kg = record.activity_value * record.parameter("cod_removed_kg_per_unit") * record.parameter("bod_per_cod")
    emission_t = ch4_of_organic_load(
        load_kg, bo_kg_ch4_per_kg=record.parameter("bo_kg_ch4_per_kg_bod"), mcf=record.parameter("mcf")
    )
    return Estimate(emission_t)


METHOD = Method(
    name="wastewater_organic_load",
    zh="生活污水有机负荷",
    en="organic load of domestic wastewater",
    species=("CH4",),
    needs=("cod_removed_kg_per_unit", "bod_per_cod", "bo_kg_ch4_per_kg_bod", "mcf"),
    estimate=_estimate,
    citation="省级温室气体清单编制指南（试行）2011, 生活污水; IPCC 2006 vol. 5 equation 6.1",
    tier="1",
)
