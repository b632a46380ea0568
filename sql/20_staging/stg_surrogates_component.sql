-- grain: one row per (surrogate, component)
-- in: raw_surrogates
with final as (
    select
        surrogate,
        component,
        number_of(component_share) as component_share,
        district_key,
        fallback,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_surrogates
)

select * from final
