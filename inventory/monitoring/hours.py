"""Which hours of many stacks are valid, and what they emit. Arrays are stacks × hours; what is missing is nan.

Formulas and thresholds of one stack stand in inventory/methods/monitoring; here they hold for many at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inventory.methods.monitoring.flags import FLAT_HOURS, LIMIT_BAND, LIMIT_RATIO, LOAD_CHANGE
from inventory.methods.monitoring.hours import emission_of_hour
from inventory.monitoring.gas import actual_concentration

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

INVALID, VALID, STANDSTILL = 0, 1, 2

VALIDITY = {
    "normal": VALID, "startup_shutdown": VALID, "standstill": STANDSTILL, "calibration": INVALID,
    "maintenance": INVALID, "fault": INVALID, "out_of_control": INVALID, "over_range": INVALID, "manual": INVALID,
    "communication_fault": INVALID, "missing": INVALID, "unstated": INVALID,
}  # fmt: skip
"""What an hour of each state counts as: HJ 75-2017 section 12 (from memory, M); start and stop count as measured."""

STANDSTILL_FLOW = 0.1
"""Part of the median flow beyond which an hour cannot be one of standstill (threshold of design)."""

RESOLUTION_MG_PER_M3 = 0.001
"""Smallest step in which concentrations are reported: equal values are equal to this step (threshold of design)."""


@dataclass(frozen=True)
class StackHours:
    """Hours of stacks as delivered.

    Attributes
    ----------
    validity : ndarray of int8, shape (stacks, hours)
        INVALID (an hour that was not delivered too), VALID or STANDSTILL.
    flow_m3_per_h, o2_percent, o2_reference_percent, load : ndarray, shape (stacks, hours)
        Dry standard flow, oxygen, its reference; load in any unit.
    actual, reference : mapping of str to ndarray, shape (stacks, hours)
        Concentrations by species [mg/m3]: actual, and at the reference oxygen.

    """

    validity: NDArray[np.int8]
    flow_m3_per_h: Floats
    o2_percent: Floats
    o2_reference_percent: Floats
    load: Floats
    actual: Mapping[str, Floats]
    reference: Mapping[str, Floats]


@dataclass(frozen=True)
class HourMass:
    """Emission of hours of one species, shape (stacks, hours).

    Attributes
    ----------
    mass_t : ndarray
        0 in standstill, nan where the hour is not valid.
    is_back_corrected : ndarray of bool
        From the concentration at reference oxygen.
    is_negative : ndarray of bool
        Concentration or flow below 0 though the hour is marked as valid: it is not.
    lacks_oxygen : ndarray of bool
        Only a concentration at reference oxygen, and no oxygen to turn it back with: the hour is not valid.
    is_flat, is_at_limit : ndarray of bool
        Flags of the hour. A flat line shows no emission: its hours are not valid. Hours kept just below the limit
        have a mass, but do not count as valid ones.

    """

    mass_t: Floats
    is_back_corrected: Bools
    is_flat: Bools
    is_at_limit: Bools
    is_negative: Bools
    lacks_oxygen: Bools


def validity_of_states(states: Iterable[str]) -> NDArray[np.int8]:
    """Return what each state counts as; one that is not known is invalid."""
    return np.array([VALIDITY.get(state, INVALID) for state in states], dtype=np.int8)


def contradicted_standstill(hours: StackHours) -> Bools:
    """Return the hours of standstill in which more than a tenth of the stack's median flow passes: they are invalid."""
    running = np.where((hours.validity == VALID) & (hours.flow_m3_per_h > 0.0), hours.flow_m3_per_h, np.nan)
    known = np.isfinite(running).any(axis=1)
    median = np.full(len(running), np.inf)
    if known.any():
        median[known] = np.nanmedian(running[known], axis=1)
    found: Bools = (hours.validity == STANDSTILL) & (hours.flow_m3_per_h > STANDSTILL_FLOW * median[:, np.newaxis])
    return found


def hour_mass(hours: StackHours, species: str, *, limit_mg_per_m3: Floats | None = None) -> HourMass:
    """Return the emission of hours [t] = C [mg/m3] × Q [m3/h] × 10^-9, both actual, dry, at 0 °C and 101.325 kPa.

    Where no actual concentration is given, the one at reference oxygen is turned back: the two are never mixed with
    the wrong flow. Negative values are not valid.

    Parameters
    ----------
    limit_mg_per_m3 : ndarray, shape (stacks,), optional
        Emission limit, nan where unknown; without it nothing is flagged as kept below the limit.

    References
    ----------
    T/CSES 144-2024, equation (1), with 10^-9 as its units ask for; back-correction: GB 13223-2011, section 5.

    """
    is_running = hours.validity == VALID
    actual = _values(hours.actual, species, hours)
    turned_back = lacks_oxygen = np.zeros(actual.shape, dtype=np.bool_)
    concentration = actual
    if species in hours.reference:
        back = actual_concentration(hours.reference[species], hours.o2_percent, hours.o2_reference_percent)
        turned_back = ~np.isfinite(actual) & np.isfinite(back)
        concentration = np.where(turned_back, back, actual)
        lacks_oxygen = is_running & np.isfinite(hours.reference[species]) & ~np.isfinite(concentration)
    is_usable = is_running & (concentration >= 0.0) & (hours.flow_m3_per_h >= 0.0)
    is_negative = is_running & ((concentration < 0.0) | (hours.flow_m3_per_h < 0.0))
    shown = np.where(is_usable, concentration, np.nan)
    load = np.where(np.isfinite(hours.load), hours.load, hours.flow_m3_per_h)
    is_flat = flat_lines(shown, load=load)
    mass = emission_of_hour(shown, flow_m3_per_h=hours.flow_m3_per_h)
    mass_t = np.where(is_flat, np.nan, np.asarray(mass))
    mass_t[hours.validity == STANDSTILL] = 0.0
    at_limit = _at_limit(shown, limit_mg_per_m3)
    return HourMass(mass_t, turned_back & is_usable, is_flat, at_limit, is_negative, lacks_oxygen)


def flat_lines(concentration: Floats, *, load: Floats, resolution: float = RESOLUTION_MG_PER_M3) -> Bools:
    """Return the hours of runs of six or more equal values while the load moves by more than 5 %; nan ends a run.

    The rule of `inventory.methods.monitoring.flags.is_flat_line`, for arrays of shape (stacks, hours).
    """
    steps = np.round(concentration / resolution)
    is_new = np.ones(steps.shape, dtype=np.bool_)
    is_new[:, 1:] = steps[:, 1:] != steps[:, :-1]
    starts = np.flatnonzero(is_new.ravel())
    ends = np.append(starts[1:], steps.size)
    is_long = ends - starts >= FLAT_HOURS
    starts, ends = starts[is_long], ends[is_long]
    flat = np.zeros(steps.size, dtype=np.bool_)
    loads = load.ravel()
    for start, end in zip(starts, ends, strict=True):
        flat[start:end] = _moves(loads[start:end])
    return flat.reshape(steps.shape)


def _moves(load: Floats) -> bool:
    """Return whether a load varies by more than the threshold of its mean."""
    known = load[np.isfinite(load)]
    return known.size > 1 and float(np.ptp(known)) > LOAD_CHANGE * abs(float(np.mean(known)))


def _at_limit(concentration: Floats, limit_mg_per_m3: Floats | None) -> Bools:
    """Return the hours in the band below the limit of stacks that cluster there; see flags.flag_hours."""
    if limit_mg_per_m3 is None:
        return np.zeros(concentration.shape, dtype=np.bool_)
    limit = limit_mg_per_m3[:, np.newaxis]
    below = (concentration >= (1.0 - LIMIT_BAND) * limit) & (concentration <= limit)
    above = (concentration > limit) & (concentration <= (1.0 + LIMIT_BAND) * limit)
    count = below.sum(axis=1)
    clusters = (count >= FLAT_HOURS) & (count > LIMIT_RATIO * above.sum(axis=1))
    found: Bools = below & clusters[:, np.newaxis]
    return found


def _values(concentrations: Mapping[str, Floats], species: str, hours: StackHours) -> Floats:
    """Return the concentrations of a species, nan where none were delivered."""
    found = concentrations.get(species)
    return np.full(hours.flow_m3_per_h.shape, np.nan) if found is None else found
