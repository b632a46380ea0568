-- grain: one row per (region_code, town_zh)
-- in: raw_towns
with final as (
    select
        district_code as region_code,
        town_zh,
        town_code,
        cast(lon as double) as lon,
        cast(lat as double) as lat,
        try_cast(nullif(translate(replace(value, ',', ''), '０１２３４５６７８９．—–', '0123456789.'), '') as double) as residents,
        try_cast(nullif(translate(replace(employment_2023, ',', ''), '０１２３４５６７８９．—–', '0123456789.'), '') as double) as employment,
        cast(year as bigint) as data_year,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_towns
)

select * from final
