-- grain: one row per (class_id, node)
-- in: reached_class
with opened as (
    select
        next_class_id as class_id,
        unnest(nodes) as reached
    from reached_class
    where row_no = next_class_id
),

final as (
    select
        class_id,
        struct_extract(reached, 'node') as node,
        struct_extract(reached, 'depths') as depths
    from opened
)

select * from final
