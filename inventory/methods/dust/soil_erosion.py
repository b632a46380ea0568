"""Dust that wind takes from bare soil, by the wind erosion equation of the Chinese dust guideline."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.dust.sized_dust import SPECIES, controlled_dust, multiplier_of

CLIMATE_COEFFICIENT = 0.504
"""As the guideline prints it for u in m/s; the text was not at hand. See climate_factor."""

_HA_PER_M2 = 1e-4
_NEEDS = (
    "soil_erodibility_t_per_ha_a", "soil_roughness_factor", "unsheltered_width_factor", "vegetation_cover_factor",
    "climate_factor",
)  # fmt: skip


def climate_factor(
    wind_speed_m_per_s: Amount, *, pe_index: Amount, coefficient: Amount = CLIMATE_COEFFICIENT
) -> Amount:
    """Return the climate factor C [1] = coefficient × u^3 / PE^2.

    The equation that the guideline descends from (Chepil et al. 1962, from memory: 34.48 u^3 / PE^2 per cent with u in
    mile/h) has the coefficient 3.86 for u in m/s: the printed 0.504 gives about an eighth of it. Choose knowingly.

    Parameters
    ----------
    wind_speed_m_per_s : Amount
        Annual mean wind speed, u [m/s].
    pe_index : Amount
        Thornthwaite's precipitation-evaporation index, PE [1].

    References
    ----------
    扬尘源颗粒物排放清单编制技术指南（试行）2014, 土壤扬尘 (from memory).

    """
    return coefficient * np.power(wind_speed_m_per_s, 3.0) / np.square(pe_index)


def precipitation_evaporation_index(precipitation_mm: npt.ArrayLike, temperature_c: npt.ArrayLike) -> float:
    """Return Thornthwaite's index PE [1] = 3.16 × Σ months (P / (1.8 T + 22))^(10/9).

    Parameters
    ----------
    precipitation_mm : array-like, shape (12,)
        Precipitation of each month, P [mm].
    temperature_c : array-like, shape (12,)
        Mean temperature of each month, T [°C]; below −2 °C (28.4 °F) counts as −2 °C.

    References
    ----------
    Thornthwaite 1931, Geographical Review 21(4), in millimetres and degrees Celsius (from memory).

    """
    warmth = 1.8 * np.maximum(np.asarray(temperature_c, dtype=float), -2.0) + 22.0
    return float(3.16 * np.sum((np.asarray(precipitation_mm, dtype=float) / warmth) ** (10.0 / 9.0)))


def dust_of_bare_soil(
    area_m2: Amount,
    *,
    k: Amount,
    soil_erodibility_t_per_ha_a: Amount,
    soil_roughness_factor: Amount,
    unsheltered_width_factor: Amount,
    vegetation_cover_factor: Amount,
    climate_factor: Amount,
) -> Amount:
    """Return dust [t/a] = A × k × Iwe × f × L × V × C / 10^4, before control.

    Parameters
    ----------
    area_m2 : Amount
        Bare area, A [m2]; 10^4 m2 are one hectare.
    k : Amount
        Share of the particle size in TSP [1].
    soil_erodibility_t_per_ha_a : Amount
        Iwe [t/(ha·a)].
    soil_roughness_factor, unsheltered_width_factor, vegetation_cover_factor, climate_factor : Amount
        f, L, V and C [1]; V = 1 for soil without plants.

    References
    ----------
    扬尘源颗粒物排放清单编制技术指南（试行）2014, 土壤扬尘 (from memory).

    """
    erosion = soil_erodibility_t_per_ha_a * soil_roughness_factor * unsheltered_width_factor
    return area_m2 * _HA_PER_M2 * k * erosion * vegetation_cover_factor * climate_factor


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate one particle size of bare soil."""

    def generated_t(size: str) -> Amount:
        return dust_of_bare_soil(
            record.amount_in("m2"),
            k=multiplier_of(record, "soil_erosion", size).k,
            soil_erodibility_t_per_ha_a=record.parameter("soil_erodibility_t_per_ha_a"),
            soil_roughness_factor=record.parameter("soil_roughness_factor"),
            unsheltered_width_factor=record.parameter("unsheltered_width_factor"),
            vegetation_cover_factor=record.parameter("vegetation_cover_factor"),
            climate_factor=record.parameter("climate_factor"),
        )

    confidences = (multiplier_of(record, "soil_erosion", species).confidence, record.confidence_of(*_NEEDS))
    return controlled_dust(record, species, context, generated_t=generated_t, confidences=confidences)


METHOD = Method(
    name="soil_wind_erosion",
    zh="土壤风蚀扬尘",
    en="wind erosion of bare soil",
    species=SPECIES,
    needs=_NEEDS,
    optional=("k",),
    categories=("DU.04.01",),
    estimate=_estimate,
    citation="扬尘源颗粒物排放清单编制技术指南（试行）2014, 土壤扬尘 (from memory)",
)
