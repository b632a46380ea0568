-- grain: one row per (airport, group_item, aircraft_type)
-- in: raw_aviation
with final as (
    select
        airport,
        movements_item,
        group_item,
        aircraft_type,
        number_of(share_of_group) as share_of_group,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_aviation
)

select * from final
