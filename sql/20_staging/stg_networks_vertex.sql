-- grain: one row per (network, name_zh, seq)
-- in: raw_networks
with final as (
    select
        network,
        name_zh,
        class,
        whole_number_of(seq) as seq,
        number_of(lon) as lon,
        number_of(lat) as lat,
        source as citation,
        confidence,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_networks
)

select * from final
