-- grain: one row per order_id as seen from a source: which order it means there
{{ resolved_references(ref('int_orders_keyed'), 'order_id', 'order_key') }}
