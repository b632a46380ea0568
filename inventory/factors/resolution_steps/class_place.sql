-- grain: one row per (class_id, node)
-- in: class_node
-- The place of each node among those of its class: depths compared from left to right.
with final as (
    select
        class_id,
        node,
        depths,
        dense_rank() over (partition by class_id order by depths) as place
    from class_node
)

select * from final
