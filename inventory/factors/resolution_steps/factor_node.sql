-- grain: one row per (factor_no)
-- in: factor_node, factor_given, factor_edge
-- The node that each factor row reaches one level further down.
with final as (
    select
        factor_node.factor_no,
        factor_edge.next_node as node
    from factor_node
    inner join factor_given on factor_node.factor_no = factor_given.factor_no
    inner join factor_edge on factor_node.node = factor_edge.node and factor_given.given = factor_edge.given
)

select * from final
