-- grain: one row per (key_id)
-- in: key_class, key_asked, reached_class
-- Keys that reach no factor row are left out.
with final as (
    select
        key_class.key_id,
        reached_class.next_class_id as class_id
    from key_class
    inner join key_asked on key_class.key_id = key_asked.key_id
    inner join reached_class on key_class.class_id = reached_class.class_id and key_asked.asked = reached_class.asked
)

select * from final
