-- grain: one row per (factor_no)
-- in: factor_row
-- A row without technology or region is for any; a later year_from is better.
with final as (
    select
        row_number() over () - 1 as factor_no,
        sector,
        coalesce(region, 'any') as region,
        coalesce(tech, 'any') as tech,
        species,
        ef,
        cast(year_from as bigint) as valid_from,
        cast(null as bigint) as valid_to,
        -coalesce(cast(year_from as bigint), 0) as age
    from factor_row
)

select * from final
