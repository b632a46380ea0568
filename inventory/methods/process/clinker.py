"""CO2 of cement clinker from the carbonates of its raw meal; clinker of carbide slag has none."""

from __future__ import annotations

from dataclasses import replace

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods import library_factor
from inventory.methods.context import Method, MethodContext
from inventory.methods.process.product_factor import emission_of_product

_SLAG, _FACTOR = "carbide_slag_clinker_share", "clinker_ef_t_per_t"
_CAO, _MGO, _DUST = "clinker_cao_fraction", "clinker_mgo_fraction", "kiln_dust_correction"
_CAO_TO_CO2 = 44.01 / 56.08
_MGO_TO_CO2 = 44.01 / 40.30
_DUST_DEFAULT = 1.02


def co2_of_clinker(clinker_t: Amount, *, carbide_slag_clinker_t: Amount = 0.0, ef_t_per_t: Amount = 0.538) -> Amount:
    """Return CO2 [t] = (clinker − clinker made of carbide slag) [t] × EF [t/t].

    The default 0.538 is that of the 2011 guideline, from memory; IPCC 2006 gives 0.52.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 水泥生产过程; IPCC 2006 vol. 3 equation 2.2.

    """
    return (clinker_t - carbide_slag_clinker_t) * ef_t_per_t


def clinker_factor_of_oxides(
    cao_fraction: Amount, *, mgo_fraction: Amount = 0.0, kiln_dust_correction: Amount = _DUST_DEFAULT
) -> Amount:
    """Return the clinker factor [t/t] = (CaO × 44.01/56.08 + MgO × 44.01/40.30) × correction for lost kiln dust.

    Oxides [1] are those that come from carbonates. The correction 1.02 is the default of IPCC 2006.

    References
    ----------
    IPCC 2006 vol. 3 equation 2.4 (CaO 0.65: 0.51, with dust 0.52); MgO as in equation 2.3.

    """
    return (cao_fraction * _CAO_TO_CO2 + mgo_fraction * _MGO_TO_CO2) * kiln_dust_correction


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate CO2 of the clinker that is not made of carbide slag, by the record's factor or the library's."""
    ordinary = replace(record, activity_value=record.activity_value * (1.0 - record.parameter(_SLAG)))
    if _FACTOR in record.parameters:
        return Estimate(emission_of_product(ordinary.mass_t, ef_t_per_t=record.parameter(_FACTOR)))
    found = library_factor.estimate(ordinary, species, context)
    return None if found is None else replace(found, method="")


def _estimate_by_oxides(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 from the analysed oxides of the clinker."""
    factor = clinker_factor_of_oxides(
        record.parameter(_CAO),
        mgo_fraction=record.parameter(_MGO),
        kiln_dust_correction=record.parameter_or(_DUST, _DUST_DEFAULT),
    )
    ordinary_t = record.mass_t * (1.0 - record.parameter_or(_SLAG, 0.0))
    return Estimate(emission_of_product(ordinary_t, ef_t_per_t=factor))


METHODS = (
    Method(
        name="clinker",
        zh="水泥熟料（扣除电石渣熟料）",
        en="cement clinker less clinker of carbide slag",
        species=("CO2",),
        needs=(_SLAG,),
        optional=(_FACTOR,),
        categories=("IP.08.01",),
        estimate=_estimate,
        citation="省级温室气体清单编制指南（试行）2011, 水泥生产过程",
    ),
    Method(
        name="clinker_oxides",
        zh="水泥熟料（氧化物分析）",
        en="cement clinker by its oxides",
        species=("CO2",),
        needs=(_CAO, _MGO),
        optional=(_SLAG, _DUST),
        categories=("IP.08.01",),
        estimate=_estimate_by_oxides,
        citation="IPCC 2006 vol. 3 equations 2.2 and 2.4",
    ),
)
