-- A failure means that a record of an export disappeared on its way: what was counted
-- in the file is not what was landed and rejected, or what was landed is not what is
-- current, superseded, a duplicate or rejected.
select
    source,
    entity,
    load,
    file,
    records,
    landed,
    structural_rejects,
    merged,
    left_out,
    current_rows,
    superseded,
    duplicates,
    value_rejects
from {{ ref('meta_load_reconciliation') }}
where
    not coalesce(
        records = landed + structural_rejects + merged + left_out
        and landed = current_rows + superseded + duplicates + value_rejects
        and least(current_rows, superseded, duplicates, value_rejects) >= 0,
        false
    )
