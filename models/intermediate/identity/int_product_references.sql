-- grain: one row per product_id as seen from a source: which product it means there
{{ resolved_references(ref('int_products_keyed'), 'product_id', 'product_key') }}
