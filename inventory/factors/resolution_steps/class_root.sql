-- grain: one row per (class_id, node)
-- class_node before the first dimension: the one class stands at the root of the tree.
select
    0 as class_id,
    0 as node,
    list_value()::bigint[] as depths
