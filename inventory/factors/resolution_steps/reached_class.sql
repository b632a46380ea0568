-- grain: one row per (class_id, asked)
-- in: key_class, key_asked, class_node, step, factor_edge
-- Where the keys of each class get to in the next dimension: every node that a code of the fallback chain opens, with the
-- depth of that code behind the depths so far. What reaches the same nodes at the same depths resolves alike and is one
-- class from here on, named by its first row.
with pairs as (
    select distinct
        key_class.class_id,
        key_asked.asked
    from key_class
    inner join key_asked on key_class.key_id = key_asked.key_id
),

reached as (
    select
        pairs.class_id,
        pairs.asked,
        list(
            struct_pack(node := factor_edge.next_node, depths := list_append(class_node.depths, step.depth))
            order by factor_edge.next_node
        ) as nodes
    from pairs
    inner join class_node on pairs.class_id = class_node.class_id
    inner join step on pairs.asked = step.asked
    inner join factor_edge on class_node.node = factor_edge.node and step.given = factor_edge.given
    group by pairs.class_id, pairs.asked
),

numbered as (
    select
        class_id,
        asked,
        nodes,
        row_number() over () as row_no
    from reached
),

final as (
    select
        class_id,
        asked,
        nodes,
        row_no,
        min(row_no) over (partition by nodes) as next_class_id
    from numbered
)

select * from final
