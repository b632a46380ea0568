-- grain: one row per (inventory_year)
-- in: key_year, factor_order
-- Years between the same limits of validity are one period, named by its first year that is asked for.
with asked as (
    select distinct inventory_year from key_year
),

limits as (
    select valid_from as first_year
    from factor_order
    where valid_from is not null
    union
    select valid_to + 1 as first_year
    from factor_order
    where valid_to is not null
),

counted as (
    select
        asked.inventory_year,
        count(limits.first_year) as limits_passed
    from asked
    left join limits on asked.inventory_year >= limits.first_year
    group by asked.inventory_year
),

final as (
    select
        inventory_year,
        min(inventory_year) over (partition by limits_passed) as period
    from counted
)

select * from final
