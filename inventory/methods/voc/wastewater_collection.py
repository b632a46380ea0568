"""VOC of collecting and treating the wastewater of refineries and chemical plants."""

from __future__ import annotations

from inventory.activity_record import Amount
from inventory.errors import FactorNotFoundError, problem
from inventory.methods.voc.tables import numbers


def voc_of_wastewater(
    water_m3: Amount, *, ef_kg_per_m3: Amount, removal: Amount = 0.0, capture: Amount = 1.0, operation: Amount = 1.0
) -> Amount:
    """Return VOC [t] = wastewater [m3] × EF [kg/m3] × 10^-3 × (1 − η × γ × s).

    References
    ----------
    T/CSES 144-2024, equation (21): 0.6, 0.42 and 0.005 kg/m3; see wastewater_factor_kg_per_m3.

    """
    return water_m3 * ef_kg_per_m3 / 1000.0 * (1.0 - removal * capture * operation)


def wastewater_factor_kg_per_m3(treatment: str) -> float:
    """Return the factor of equation (21) [kg/m3]: wastewater_uncovered, wastewater_covered or wastewater_other.

    Raises
    ------
    FactorNotFoundError
        If the treatment is another one.

    References
    ----------
    T/CSES 144-2024, equation (21).

    """
    factors = numbers("wastewater", "ef_kg_per_m3")
    if treatment not in factors:
        known = "、".join(factors)
        raise FactorNotFoundError(problem("TY3154", treatment, known=known))
    return factors[treatment]
