-- grain: one row per (species, factor_nos)
-- in: winner, key_resolution, class_place, factor_order
-- All rows that are equally good, with the first of the keys that reach them; empty in a sound library.
with tied as (
    select
        winner.resolution_id,
        winner.species,
        any_value(key_resolution.class_id) as class_id,
        any_value(key_resolution.period) as period,
        min(key_resolution.key_id) as first_key_id
    from winner
    inner join key_resolution on winner.resolution_id = key_resolution.resolution_id
    where winner.is_tied
    group by winner.resolution_id, winner.species
),

ranked as (
    select
        tied.resolution_id,
        tied.species,
        tied.first_key_id,
        factor_order.factor_no,
        rank() over (
            partition by tied.resolution_id, tied.species order by class_place.place, factor_order.rank_no
        ) as place
    from tied
    inner join class_place on tied.class_id = class_place.class_id
    inner join factor_order
        on
            class_place.node = factor_order.node
            and tied.species = factor_order.species
            and tied.period >= coalesce(factor_order.valid_from, tied.period)
            and tied.period <= coalesce(factor_order.valid_to, tied.period)
),

equal_rows as (
    select
        resolution_id,
        species,
        first_key_id,
        list(factor_no order by factor_no) as factor_nos
    from ranked
    where place = 1
    group by resolution_id, species, first_key_id
),

final as (
    select
        species,
        factor_nos,
        min(first_key_id) as first_key_id,
        list(resolution_id order by resolution_id) as resolution_ids
    from equal_rows
    group by species, factor_nos
)

select * from final
