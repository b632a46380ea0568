-- grain: one row per (resolution_id, species)
-- in: key_resolution, class_place, node_best
-- The best row of each resolution; is_tied where another row is as good.
with resolutions as (
    select distinct
        resolution_id,
        class_id,
        period
    from key_resolution
),

best as (
    select
        resolutions.resolution_id,
        node_best.species,
        any_value(node_best.row_span) as row_span,
        min(class_place.place * node_best.order_span + node_best.first_place) as first_place,
        min(class_place.place * node_best.order_span + node_best.last_place) as last_place
    from resolutions
    inner join class_place on resolutions.class_id = class_place.class_id
    inner join node_best on class_place.node = node_best.node and resolutions.period = node_best.period
    group by resolutions.resolution_id, node_best.species
),

final as (
    select
        resolution_id,
        species,
        first_place % row_span as factor_no,
        first_place % row_span + last_place % row_span <> row_span - 1 as is_tied
    from best
)

select * from final
