-- grain: one row per (node, given)
-- in: factor_node, factor_given
-- One level of the tree of factor rows: rows of one node that give the same code share the next node.
with given_pairs as (
    select distinct
        factor_node.node,
        factor_given.given
    from factor_node
    inner join factor_given on factor_node.factor_no = factor_given.factor_no
),

final as (
    select
        node,
        given,
        row_number() over (order by node, given) as next_node
    from given_pairs
)

select * from final
