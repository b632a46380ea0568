-- grain: one row per (facility, scheme, identifier, origin_file, origin_row)
-- in: raw_facility_identifiers
with final as (
    select
        trim(facility) as facility,
        lower(trim(scheme)) as scheme,
        trim(identifier) as identifier,
        trim(valid_from) as valid_from,
        trim(valid_to) as valid_to,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_facility_identifiers
)

select * from final
