-- grain: one row per (key_id, species)
-- in: key_resolution, winner, factor_node, class_place
-- depths: how far each dimension fell back, in their order of precedence; 0 is the code itself.
with final as (
    select
        key_resolution.key_id,
        winner.species,
        winner.factor_no,
        class_place.depths
    from key_resolution
    inner join winner on key_resolution.resolution_id = winner.resolution_id
    inner join factor_node on winner.factor_no = factor_node.factor_no
    inner join class_place on key_resolution.class_id = class_place.class_id and factor_node.node = class_place.node
)

select * from final
