"""How emissions are estimated: vocabulary, factor library, activity ledger, estimation and checks.

Imports nothing of sources, grids, tongyuan or dags.
"""
