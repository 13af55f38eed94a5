"use strict";
/* Whether customers stay, buy again and are satisfied, and which segments pay. */
(() => {
  const store = prospection;
  const {format, elements, blocks, pages} = prospection;
  const {h, panel} = elements;
  const {text} = format;
  const {heading, grid, chosen} = pages;

  const customers = {
    id: "customers",
    keys: (state) => ["subjects/kpi_conclusions", chosen(state), `${state.dimension}/year`, "subjects/kpi_segment_profitability",
      `subjects/kpi_churn_reasons/${state.dimension}`, `subjects/kpi_complaint_reasons/${state.dimension}`],
    render(state) {
      return [
        heading("customers", state),
        blocks.conclusions("customers", state),
        grid(
          blocks.overTime(text("chart_new_customers"), ["new_customers"], state, {type: "bar", name: "new-customers"}),
          blocks.overTime(text("chart_active_customers"), ["active_customers"], state, {name: "active-customers"}),
          blocks.overTime(null, ["retention_rate"], state, {name: "retention", isZoomed: true}),
          state.grain === "year" ? null
            : blocks.overTime(null, ["retention_rate"], state, {grain: "year", name: "retention-of-a-year"}),
          blocks.overTime(text("chart_revenue_retention"), ["gross_revenue_retention", "net_revenue_retention",
            "renewal_rate"], state, {name: "revenue-retention"}),
          blocks.overTime(text("chart_repeat"), ["repeat_purchase_rate", "repeat_customer_rate",
            "second_sale_90d_rate"], state, {name: "repeat"}),
          blocks.overTime(text("chart_referrals"), ["referral_6m_rate"], state, {name: "referrals",
            note: store.kpi("referral_6m_rate") ? format.definition(store.kpi("referral_6m_rate")) : null}),
          blocks.overTime(text("chart_nps"), ["nps", "new_customer_nps"], state, {name: "nps"}),
          blocks.overTime(text("chart_csat"), ["csat"], state, {name: "csat"}),
          blocks.overTime(text("chart_ces"), ["ces", "average_rating"], state, {name: "ces"}),
          blocks.overTime(text("chart_tickets"), ["complaints", "refund_requests", "dissatisfactions",
            "compliments", "customer_questions"], state, {type: "bar", isStacked: true, name: "tickets"}),
          blocks.overTime(text("chart_margin"), ["gross_margin_rate"], state, {name: "margin", isZoomed: true}),
        ),
        blocks.pareto("kpi_complaint_reasons", state),
        blocks.pareto("kpi_churn_reasons", state),
        profitability(state),
        blocks.missing("orders", "contracts", "surveys", "tickets", "reviews"),
      ];
    },
  };

  /* Which segments pay: their rank by revenue beside that by margin after what it took to win them.
     Of everything the first dimension is open, the others are folded away. */
  function profitability(state) {
    const {rows} = store.subject("kpi_segment_profitability");
    const dimensions = [...new Set(rows.map((row) => row.dimension))].sort((one, other) =>
      (other === "sector") - (one === "sector"));
    const shown = dimensions.includes(state.dimension) ? [state.dimension] : dimensions;
    return shown.map((dimension, at) => ranks(rows.filter((row) => row.dimension === dimension), dimension, state, at > 0));
  }

  const CLOSE_RANKS = 1; // ranks that differ by no more say nothing

  function ranks(all, dimension, state, isFolded) {
    const complete = all.filter((row) => !row.is_partial);
    const {grain, period, rows} = blocks.ofPeriod(complete.length ? complete : all,
      {...state, grain: state.grain === "year" ? "year" : "quarter"});
    if (!rows.some((row) => format.isNamed(row.dimension_value))) return null; // nobody supplies it
    const title = format.named(text("subject_kpi_segment_profitability"), text(`dimension_${dimension}`));
    const money = (value) => format.value("amount", value === null ? null : Math.round(value));
    const hasMargins = rows.some((row) => row.gross_margin !== null);
    const isKnown = (row) => row.gross_margin !== null || row.revenue === 0;
    const rank = (row) => {
      const gap = row.revenue_rank - row.margin_rank;
      const shown = h("span", {}, format.count(row.margin_rank));
      if (Math.abs(gap) <= CLOSE_RANKS) return shown;
      shown.dataset.cell = gap > 0 ? "above" : "below";
      shown.append(h("span", {class: "side", "aria-hidden": "true"}, gap > 0 ? " \u25b2" : " \u25bc"),
        h("span", {class: "hidden-text"}, ` (${text(gap > 0 ? "earns_more" : "earns_less")})`));
      return shown;
    };
    const columns = ["dimension_label", "revenue", "revenue_rank", "gross_margin", "allocated_cost",
      "margin_after_costs", "margin_rank"].filter((name) => rows.some((row) => row[name] !== null))
      .filter((name) => hasMargins || !name.startsWith("margin_"));
    const cells = {
      dimension_label: (row) => format.label(dimension, row.dimension_value),
      revenue: (row) => money(row.revenue), gross_margin: (row) => money(row.gross_margin),
      allocated_cost: (row) => money(row.allocated_cost), revenue_rank: (row) => format.count(row.revenue_rank),
      margin_after_costs: (row) => (isKnown(row) ? money(row.margin_after_costs) : null),
      margin_rank: (row) => (isKnown(row) ? rank(row) : null),
    };
    return panel(title, {
      wide: true, folded: isFolded ? text("show_table", {period: format.period(grain, period)}) : null,
      note: isFolded ? null
        : format.sentences(format.period(grain, period), text(hasMargins ? "ranks_note" : "no_margins"),
          blocks.howMany(rows)),
      csv: {name: `profitability-${dimension}`, columns, rows: () => rows.map((row) => columns.map((name) => row[name]))},
    }, elements.table(title, columns.map((name, at) => ({
      title: at === 0 ? text(`dimension_${dimension}`) : format.word(name, "column"), isNumber: at > 0})),
    rows.slice(0, blocks.MOST_SHOWN).map((row) => columns.map((name) => cells[name](row)))));
  }

  pages.all.push(customers);
})();
