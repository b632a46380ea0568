"""N2O of wastewater: from the nitrogen discharged, and from the treatment plant itself."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods.context import NITROGEN_TO_N2O, Method, MethodContext
from inventory.methods.waste.wastewater import load_of_water

NITROGEN_OF_PROTEIN = 0.16
"""F_NPR [kg N/kg protein], default of IPCC 2006 vol. 5 table 6.11."""

INDUSTRIAL_NITROGEN = 1.25
"""F_IND-COM [1], default of IPCC 2006 vol. 5 table 6.11."""

EFFLUENT_FACTOR = 0.005
"""N2O-N per nitrogen discharged [1], default of IPCC 2006 vol. 5 table 6.11."""

PLANT_N2O_G_PER_PERSON_A = 3.2
"""N2O of advanced plants [g/person/a], default of IPCC 2006 vol. 5 table 6.11 (from memory)."""


def nitrogen_of_population(
    population: Amount,
    *,
    protein_kg_per_person_a: Amount,
    nitrogen_of_protein: Amount = NITROGEN_OF_PROTEIN,
    non_consumed_factor: Amount,
    industrial_factor: Amount = INDUSTRIAL_NITROGEN,
    sludge_nitrogen_kg: Amount = 0.0,
) -> Amount:
    """Return nitrogen in the effluent [kg/a] = P × Pr × F_NPR × F_NON-CON × F_IND-COM − N_S.

    F_NON-CON has no one default: 1.1 without, 1.4 with garbage disposals in sewers; 1.5 in the provincial guide.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 equation 6.8; 省级温室气体清单编制指南（试行）2011, 废水处理 N2O.

    """
    of_food = population * protein_kg_per_person_a * nitrogen_of_protein
    return of_food * non_consumed_factor * industrial_factor - sludge_nitrogen_kg


def n2o_of_effluent(nitrogen_kg: Amount, *, n2o_n_per_nitrogen: Amount = EFFLUENT_FACTOR) -> Amount:
    """Return N2O [t] = nitrogen [kg] × EF [kg N2O-N/kg N] × 44/28 / 1000.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 equation 6.7.

    """
    return nitrogen_kg * n2o_n_per_nitrogen * NITROGEN_TO_N2O / 1000.0


def n2o_of_population(
    population: Amount,
    *,
    protein_kg_per_person_a: Amount,
    nitrogen_of_protein: Amount = NITROGEN_OF_PROTEIN,
    non_consumed_factor: Amount,
    industrial_factor: Amount = INDUSTRIAL_NITROGEN,
    sludge_nitrogen_kg: Amount = 0.0,
    n2o_n_per_nitrogen: Amount = EFFLUENT_FACTOR,
) -> Amount:
    """Return N2O [t] of what a population discharges; see `nitrogen_of_population` and `n2o_of_effluent`.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 equations 6.7 and 6.8.

    """
    nitrogen_kg = nitrogen_of_population(
        population,
        protein_kg_per_person_a=protein_kg_per_person_a,
        nitrogen_of_protein=nitrogen_of_protein,
        non_consumed_factor=non_consumed_factor,
        industrial_factor=industrial_factor,
        sludge_nitrogen_kg=sludge_nitrogen_kg,
    )
    return n2o_of_effluent(nitrogen_kg, n2o_n_per_nitrogen=n2o_n_per_nitrogen)


def n2o_of_plants(
    population: Amount,
    *,
    plant_share: Amount,
    industrial_factor: Amount = INDUSTRIAL_NITROGEN,
    plant_n2o_g_per_person_a: Amount = PLANT_N2O_G_PER_PERSON_A,
) -> Amount:
    """Return N2O [t] of advanced plants = P × T_PLANT × F_IND-COM × EF_PLANT [g/person/a] × 1e-6.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 equation 6.9.

    """
    return population * plant_share * industrial_factor * plant_n2o_g_per_person_a * 1e-6


def n2o_of_influent(nitrogen_kg: Amount, *, n2o_n_per_influent_nitrogen: Amount) -> Amount:
    """Return N2O [t] of a plant = nitrogen received [kg] × EF [kg N2O-N/kg N] × 44/28 / 1000.

    References
    ----------
    IPCC 2019 Refinement, vol. 5 equation 6.9 (new) and table 6.8A: 0.016 for centralised aerobic plants.

    """
    return nitrogen_kg * n2o_n_per_influent_nitrogen * NITROGEN_TO_N2O / 1000.0


def _estimate_by_protein(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate N2O of discharge and, where their share is known, of plants; what they emit is not discharged."""
    population = record.amount_in("person")
    industrial = record.parameter_or("industrial_nitrogen_factor", INDUSTRIAL_NITROGEN)
    plants_t = n2o_of_plants(
        population,
        plant_share=record.parameter_or("plant_population_share", 0.0),
        industrial_factor=industrial,
        plant_n2o_g_per_person_a=record.parameter_or("plant_n2o_g_per_person_a", PLANT_N2O_G_PER_PERSON_A),
    )
    nitrogen_kg = nitrogen_of_population(
        population,
        protein_kg_per_person_a=record.parameter("protein_kg_per_person_a"),
        nitrogen_of_protein=record.parameter_or("nitrogen_of_protein", NITROGEN_OF_PROTEIN),
        non_consumed_factor=record.parameter("non_consumed_protein_factor"),
        industrial_factor=industrial,
        sludge_nitrogen_kg=record.parameter_or("sludge_nitrogen_kg", 0.0) + plants_t * 1000.0 / NITROGEN_TO_N2O,
    )
    if np.any(np.asarray(nitrogen_kg) < 0.0):
        place = f"{record.activity_id} ({record.source_category})"
        raise SchemaError(problem("TY3607", place))
    factor = record.parameter_or("n2o_n_per_nitrogen", EFFLUENT_FACTOR)
    return Estimate(plants_t + n2o_of_effluent(nitrogen_kg, n2o_n_per_nitrogen=factor))


def _estimate_by_influent(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate N2O of a plant from the nitrogen of the water that it receives."""
    nitrogen_kg = load_of_water(record.amount_in("m3"), concentration_mg_per_l=record.parameter("nitrogen_mg_per_l"))
    factor = record.parameter("n2o_n_per_influent_nitrogen")
    return Estimate(n2o_of_influent(nitrogen_kg, n2o_n_per_influent_nitrogen=factor))


METHODS = (
    Method(
        name="wastewater_protein",
        zh="废水氮人口法",
        en="nitrogen of wastewater by population",
        species=("N2O",),
        needs=("protein_kg_per_person_a", "non_consumed_protein_factor"),
        optional=(
            "nitrogen_of_protein", "industrial_nitrogen_factor", "sludge_nitrogen_kg", "n2o_n_per_nitrogen",
            "plant_population_share", "plant_n2o_g_per_person_a",
        ),
        categories=("WT.03",),
        estimate=_estimate_by_protein,
        citation="IPCC 2006 Guidelines, vol. 5 equations 6.7 to 6.9; 省级温室气体清单编制指南（试行）2011",
        tier="1",
    ),
    Method(
        name="wastewater_influent_nitrogen",
        zh="污水厂进水氮",
        en="nitrogen received by a plant",
        species=("N2O",),
        needs=("nitrogen_mg_per_l", "n2o_n_per_influent_nitrogen"),
        categories=("WT.03",),
        estimate=_estimate_by_influent,
        citation="IPCC 2019 Refinement, vol. 5 equation 6.9 and table 6.8A",
    ),
)  # fmt: skip
