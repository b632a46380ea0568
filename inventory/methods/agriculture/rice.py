"""CH4 of rice fields: per season by a seasonal factor, or per day with water and amendment scaling."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods.agriculture.tables import load_table
from inventory.methods.context import Method, MethodContext

BASELINE_KG_PER_HA_D = 1.30
"""CH4 of a continuously flooded field without amendments [kg/(ha·d)], IPCC 2006 vol. 4 table 5.11 (from memory)."""

AMENDMENT_EXPONENT = 0.59
"""Exponent of the amendment scaling, IPCC 2006 vol. 4 equation 5.3."""

_AMENDMENT = "amendment_t_per_ha"
_CONVERSION = "amendment_conversion"


def ch4_of_rice_season(area_ha: Amount, *, ef_kg_per_ha: Amount) -> Amount:
    """Return CH4 [t] of a season = harvested area [ha] × factor [kg/ha] / 1000.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 稻田甲烷排放.

    """
    return area_ha * ef_kg_per_ha / 1000.0


def amendment_scaling(amendments: Iterable[tuple[Amount, Amount]]) -> Amount:
    """Return SFo [1] = (1 + Σ ROA × CFOA)^0.59.

    Parameters
    ----------
    amendments : iterable of (ROA, CFOA)
        Rate of application [t/ha; dry weight for straw, fresh weight for others] and conversion factor [1] of each;
        none: 1.

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 5, equation 5.3; CFOA: table 5.14.

    """
    total: Amount = 1.0
    for rate_t_per_ha, conversion in amendments:
        total = total + rate_t_per_ha * conversion
    return total**AMENDMENT_EXPONENT


def ch4_of_rice(
    area_ha: Amount,
    *,
    days: Amount,
    efc_kg_per_ha_d: Amount = BASELINE_KG_PER_HA_D,
    water_scaling: Amount = 1.0,
    preseason_scaling: Amount = 1.0,
    amendments: Iterable[tuple[Amount, Amount]] = (),
    soil_scaling: Amount = 1.0,
) -> Amount:
    """Return CH4 [t] = A [ha] × t [d] × EFc [kg/(ha·d)] × SFw × SFp × SFo × SFs / 1000.

    Parameters
    ----------
    water_scaling, preseason_scaling, soil_scaling : Amount
        SFw during cultivation, SFp before it, SFs,r of soil and cultivar [1]; 1 = continuously flooded, drained for
        less than 180 days before, no own soil factor.
    amendments : iterable of (ROA, CFOA)
        See `amendment_scaling`.

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 5, equations 5.1 to 5.3; tables 5.11 to 5.14.

    """
    daily_kg_per_ha = efc_kg_per_ha_d * water_scaling * preseason_scaling * amendment_scaling(amendments) * soil_scaling
    return area_ha * days * daily_kg_per_ha / 1000.0


@cache
def scaling_of(kind: str) -> dict[str, float]:
    """Return the default scaling factors by code; kind: water, preseason or amendment."""
    table = load_table("rice_scaling")
    own = table[table["kind"] == kind]
    return dict(zip(own["code"], own["value"].astype(float), strict=True))


def _amendments_of(record: ActivityRecord) -> list[tuple[Amount, Amount]]:
    """Return rate and conversion factor of the amendments that a record carries as `amendment_t_per_ha:<code>`."""
    default = scaling_of("amendment")
    found: list[tuple[Amount, Amount]] = []
    for name, rate in record.parameters.items():
        head, _, code = name.partition(":")
        if head != _AMENDMENT:
            continue
        own = f"{_CONVERSION}:{code}"
        if own not in record.parameters and code not in default:
            raise _unknown_amendment(record, code)
        found.append((rate, record.parameters.get(own, default.get(code, 0.0))))
    return found


def _unknown_amendment(record: ActivityRecord, code: str) -> SchemaError:
    """Return the error of an amendment without a conversion factor."""
    known = ", ".join(sorted(scaling_of("amendment")))
    place = f"{record.activity_id} ({record.source_category})"
    return SchemaError(problem("TY3110", place, text=code, known=known, parameter=_CONVERSION))


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CH4 [t] of one water regime."""
    emission_t = ch4_of_rice(
        record.amount_in("ha"),
        days=record.parameter("cultivation_days"),
        efc_kg_per_ha_d=record.parameter_or("rice_baseline_kg_per_ha_d", BASELINE_KG_PER_HA_D),
        water_scaling=record.parameter("water_scaling"),
        preseason_scaling=record.parameter_or("preseason_scaling", 1.0),
        amendments=_amendments_of(record),
        soil_scaling=record.parameter_or("soil_scaling", 1.0),
    )
    return Estimate(emission_t)


METHOD = Method(
    name="rice_daily",
    zh="稻田甲烷日排放因子法",
    en="rice by days of cultivation, water and amendments",
    species=("CH4",),
    needs=("cultivation_days", "water_scaling"),
    optional=("rice_baseline_kg_per_ha_d", "preseason_scaling", "soil_scaling", _AMENDMENT, _CONVERSION),
    categories=("AG.03.01", "AG.03.02", "AG.03.03"),
    estimate=_estimate,
    citation="IPCC 2006 Guidelines, vol. 4 ch. 5, equations 5.1 to 5.3",
)
