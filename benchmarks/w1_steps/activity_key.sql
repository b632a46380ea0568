-- grain: one row per (sector, tech, region, inventory_year)
-- in: activity
with keys as (
    select distinct
        sector,
        tech,
        region,
        year
    from activity
),

final as (
    select
        row_number() over () as key_id,
        sector,
        tech,
        region,
        year,
        cast(year as bigint) as inventory_year
    from keys
)

select * from final
