-- grain: one row per (factor_no)
-- in: factor_terms
-- factor_node before the first dimension: all rows stand at the root of the tree.
select
    factor_no,
    0 as node
from factor_terms
