"""CO2 of incinerated waste, fossil and biogenic apart."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext
from inventory.methods.waste.waste_composition import carbon_of_composition, composition_of

_FRACTION = {"CO2": "fossil_carbon_fraction", "CO2_BIO": "biogenic_carbon_fraction"}
_CITATION = "省级温室气体清单编制指南（试行）2011, 废弃物焚烧; IPCC 2006 vol. 5 equation 5.1"


def co2_of_waste_carbon(waste_t: Amount, *, carbon_fraction: Amount, combustion_efficiency: Amount) -> Amount:
    """Return CO2 [t] = waste [t] × carbon of the wanted origin [tC/t waste] × combustion efficiency × 44/12.

    The fossil carbon of waste is CCW × FCF of the printed tables.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 废弃物焚烧 (CCW × FCF × EF); IPCC 2006 vol. 5 equation 5.1.

    """
    return waste_t * carbon_fraction * combustion_efficiency * CARBON_TO_CO2


def fossil_co2_of_incineration(
    waste_t: Amount, *, carbon_content: Amount, fossil_share_of_carbon: Amount, combustion_efficiency: Amount
) -> Amount:
    """Return fossil CO2 [t] = IW [t] × CCW [tC/t] × FCF × EF × 44/12; IW and CCW both wet or both dry.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 废弃物焚烧.

    """
    carbon_fraction = carbon_content * fossil_share_of_carbon
    return co2_of_waste_carbon(waste_t, carbon_fraction=carbon_fraction, combustion_efficiency=combustion_efficiency)


def biogenic_co2_of_incineration(
    waste_t: Amount, *, carbon_content: Amount, fossil_share_of_carbon: Amount, combustion_efficiency: Amount
) -> Amount:
    """Return biogenic CO2 [t] = IW [t] × CCW [tC/t] × (1 − FCF) × EF × 44/12, a memo item.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 section 5.2.

    """
    carbon_fraction = carbon_content * (1.0 - fossil_share_of_carbon)
    return co2_of_waste_carbon(waste_t, carbon_fraction=carbon_fraction, combustion_efficiency=combustion_efficiency)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 or CO2_BIO."""
    emission_t = co2_of_waste_carbon(
        record.mass_t,
        carbon_fraction=record.parameter(_FRACTION[species]),
        combustion_efficiency=record.parameter("combustion_efficiency"),
    )
    return Estimate(emission_t, confidence=record.confidence_of(_FRACTION[species], "combustion_efficiency"))


def _estimate_by_content(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 or CO2_BIO from the carbon of the waste and its fossil share."""
    formula = fossil_co2_of_incineration if species == "CO2" else biogenic_co2_of_incineration
    emission_t = formula(
        record.mass_t,
        carbon_content=record.parameter("waste_carbon_content"),
        fossil_share_of_carbon=record.parameter("fossil_share_of_carbon"),
        combustion_efficiency=record.parameter("combustion_efficiency"),
    )
    return Estimate(emission_t)


def _estimate_by_composition(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate CO2 or CO2_BIO from the fractions of the waste; None where the record carries none."""
    shares = composition_of(record)
    if not shares:
        return None
    fossil, biogenic = carbon_of_composition(shares)
    emission_t = co2_of_waste_carbon(
        record.mass_t,
        carbon_fraction=fossil if species == "CO2" else biogenic,
        combustion_efficiency=record.parameter("combustion_efficiency"),
    )
    return Estimate(emission_t)


METHODS = (
    *(
        Method(
            name="waste_carbon",
            zh="废弃物焚烧碳平衡",
            en="carbon of incinerated waste",
            species=(species,),
            needs=(fraction, "combustion_efficiency"),
            estimate=_estimate,
            citation=_CITATION,
        )
        for species, fraction in _FRACTION.items()
    ),
    Method(
        name="waste_carbon_content",
        zh="废弃物焚烧碳含量",
        en="carbon content of incinerated waste",
        species=("CO2", "CO2_BIO"),
        needs=("waste_carbon_content", "fossil_share_of_carbon", "combustion_efficiency"),
        categories=("WT.02",),
        estimate=_estimate_by_content,
        citation=_CITATION,
    ),
    Method(
        name="waste_carbon_composition",
        zh="废弃物组分碳",
        en="carbon of the fractions of incinerated waste",
        species=("CO2", "CO2_BIO"),
        needs=("combustion_efficiency",),
        optional=("waste_share",),
        categories=("WT.02",),
        estimate=_estimate_by_composition,
        citation="IPCC 2006 Guidelines, vol. 5 equation 5.2 and tables 2.4 and 2.5",
    ),
)
