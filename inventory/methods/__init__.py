"""The estimation methods: one file each in the folder of its sector, with its formula and what it needs.

A method applies to a record that carries what it needs; the most demanding one wins, the library is asked last.
"""

from inventory.methods import (
    abatement,
    agriculture,
    biomass,
    dust,
    land_use,
    library_factor,
    metals,
    mobile,
    monitoring,
    process,
    stationary,
    supplied_factor,
    voc,
    waste,
)
from inventory.methods.context import Method

METHODS: tuple[Method, ...] = (
    supplied_factor.METHOD,
    *stationary.METHODS,
    *monitoring.METHODS,
    *process.METHODS,
    *metals.METHODS,
    *voc.METHODS,
    *abatement.METHODS,
    *mobile.METHODS,
    *agriculture.METHODS,
    *biomass.METHODS,
    *land_use.METHODS,
    *waste.METHODS,
    *dust.METHODS,
    library_factor.METHOD,
)

__all__ = ["METHODS"]
