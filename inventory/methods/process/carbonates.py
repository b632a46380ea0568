"""CO2 of carbonates that are heated or dissolved: fluxes, glass, ceramics, bricks, desulphurisation."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import FactorNotFoundError, problem
from inventory.methods.context import Method, MethodContext

_FRACTION, _CALCINED = "carbonate_fraction", "calcined_fraction"


def co2_of_carbonate(
    material_t: Amount,
    *,
    carbonate_fraction: Amount = 1.0,
    co2_ratio_t_per_t: Amount,
    calcined_fraction: Amount = 1.0,
) -> Amount:
    """Return CO2 [t] = material [t] × carbonate in it × CO2 per carbonate [t/t] × fraction calcined.

    All is calcined unless stated: the default of IPCC 2006.

    References
    ----------
    IPCC 2006 vol. 3 equations 2.7 (lime), 2.12 (glass), 2.16 (other carbonates) and table 2.1.

    """
    return material_t * carbonate_fraction * co2_ratio_t_per_t * calcined_fraction


def carbonate_ratio(code: str) -> float:
    """Return the CO2 of a carbonate [t/t] by its code in process/carbonates.csv (calcite, dolomite, soda_ash …).

    Raises
    ------
    FactorNotFoundError
        If there is no such carbonate; it names those that are known.

    """
    ratios = carbonate_ratios()
    if code not in ratios:
        known = "、".join(ratios)
        raise FactorNotFoundError(problem("TY3188", code, known=known))
    return ratios[code]


@cache
def carbonate_ratios() -> dict[str, float]:
    """Return the stoichiometric CO2 per carbonate [t/t] by code."""
    text = files("inventory.methods.process").joinpath("carbonates.csv").read_text(encoding="utf-8")
    table = pd.read_csv(StringIO(text))
    return dict(zip(table["code"], table["co2_t_per_t"].astype(float), strict=True))


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate CO2 = Σ over the carbonates of the material; None where its composition is not stated."""
    prefix = f"{_FRACTION}:"
    names = sorted(name for name in record.parameters if name.startswith(prefix))
    if not names:
        return None
    total_t: Amount = 0.0
    for name in names:
        code = name.removeprefix(prefix)
        total_t = total_t + co2_of_carbonate(
            record.mass_t,
            carbonate_fraction=record.parameter(name),
            co2_ratio_t_per_t=carbonate_ratio(code),
            calcined_fraction=record.parameter_or(f"{_CALCINED}:{code}", 1.0),
        )
    return Estimate(total_t)


METHOD = Method(
    name="carbonates",
    zh="碳酸盐组成",
    en="carbonates by composition",
    species=("CO2",),
    optional=(_FRACTION, _CALCINED),
    categories=("IP.02.03", "IP.09", "IP.20.01"),
    estimate=_estimate,
    citation="IPCC 2006 vol. 3 equations 2.7, 2.12 and 2.16, table 2.1",
    tier="3",
)
