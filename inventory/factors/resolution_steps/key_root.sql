-- grain: one row per (key_id)
-- in: key_year
-- key_class before the first dimension: all keys are alike.
select
    key_id,
    0 as class_id
from key_year
