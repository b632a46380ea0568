-- grain: one row per (key_id)
-- in: key_class, key_year, year_period
-- Keys of one class and one period share a resolution.
with final as (
    select
        key_class.key_id,
        key_class.class_id,
        year_period.period,
        dense_rank() over (order by key_class.class_id, year_period.period) as resolution_id
    from key_class
    inner join key_year on key_class.key_id = key_year.key_id
    inner join year_period on key_year.inventory_year = year_period.inventory_year
)

select * from final
