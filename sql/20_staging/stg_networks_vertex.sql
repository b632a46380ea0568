-- grain: one row per (network, name_zh, seq)
-- in: raw_networks
with final as (
    select
        network,
        name_zh,
        class,
        cast(seq as bigint) as seq,
        cast(lon as double) as lon,
        cast(lat as double) as lat,
        source as citation,
        confidence,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_networks
)

select * from final
