-- grain: one row per (temporal_profile_id, kind, index)
-- in: raw_temporal_profiles
with final as (
    select
        trim(profile_id) as temporal_profile_id,
        trim(kind) as kind,
        whole_number_of(index) as index, -- noqa: RF04
        number_of(weight) as weight,
        coalesce(nullif(trim(normalisation), ''), 'sum_1') as normalisation,
        source as citation,
        confidence,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_temporal_profiles
)

select * from final
