-- grain: one row per (group_name, name)
-- in: raw_mobile_assumptions
with final as (
    select
        group_name,
        name,
        number_of(value) as value,
        unit,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_mobile_assumptions
)

select * from final
