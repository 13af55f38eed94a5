"use strict";
/* The pages about results: team, pipeline and forecast, customers, data quality. */
(() => {
  const store = prospection;
  const {format, elements, charts, blocks, pages} = prospection;
  const {h, figure, panel, notice} = elements;
  const {text} = format;
  const {heading, grid, chosen} = pages;

  // Team ----------------------------------------------------------------------------------------

  const SCORES = ["touches", "prospects_contacted", "prospect_conversations", "meetings_booked",
    "qualified_prospects", "new_customers", "conversion_rate", "deal_win_rate", "revenue",
    "prospecting_cost", "roi"];

  const team = {
    id: "team",
    isFiltered: false,
    keys: (state) => [`rep/${state.grain}`, `team/${state.grain}`],
    render(state) {
      return [
        heading("team", state, false),
        scorecard(state),
        blocks.byDimension(text("by_team"), "team", SCORES, state),
        store.values("rep").length ? null : notice(text("missing_reps")),
      ];
    },
  };

  const FEW = 10; // below it a difference of counts says nothing

  function median(values) {
    const sorted = [...values].sort((one, other) => one - other);
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /* Each rep's values beside the median of the reps: clearly above, around, clearly below it. */
  function scorecard(state) {
    const kpis = SCORES.filter((id) => store.kpi(id));
    const reps = store.values("rep").filter(([value]) => !value.startsWith("(")).map(([value]) => ({
      value,
      cells: kpis.map((id) => store.cell(id, {grain: state.grain, dimension: "rep", value, period: state.period})),
    })).filter((rep) => rep.cells.some(Boolean));
    if (!reps.length) return store.values("rep").length ? notice(text("no_reps_in_period")) : null;
    const medians = kpis.map((_, at) => {
      const values = reps.map((rep) => rep.cells[at]).filter(Boolean).map((cell) => cell.value);
      return values.length > 1 ? median(values) : null;
    });
    const kept = kpis.map((_, at) => reps.some((rep) => rep.cells[at]));
    const only = (list) => list.filter((_, at) => kept[at]);
    const names = only(kpis);
    const middle = only(medians);
    const judge = (cell, at) => {
      if (!cell) return null;
      const {better, unit} = store.kpi(names[at]);
      const shown = blocks.measured(cell, 0);
      const gap = middle[at] ? cell.value / middle[at] - 1 : 0;
      const isFew = unit === "count" && Math.max(cell.value, middle[at]) < FEW;
      if (better === "none" || cell.is_reliable === false || isFew || Math.abs(gap) < 0.15) return shown;
      const isGood = (gap > 0) === (better === "up");
      shown.dataset.cell = isGood ? "above" : "below";
      shown.append(h("span", {class: "side", "aria-hidden": "true"}, gap > 0 ? " \u25b2" : " \u25bc"),
        h("span", {class: "hidden-text"}, ` (${text(gap > 0 ? "above_median" : "below_median")})`));
      return shown;
    };
    const rows = reps.sort((one, other) => (other.cells[0]?.value ?? 0) - (one.cells[0]?.value ?? 0))
      .slice(0, blocks.MOST_SHOWN).map((rep) => [format.label("rep", rep.value), ...only(rep.cells).map(judge)]);
    const line = [text("median"), ...names.map((id, at) =>
      middle[at] === null ? null : h("em", {}, format.value(store.kpi(id).unit, middle[at], true)))];
    line.classes = "median";
    const title = text("scorecard");
    const columns = [text("dimension_rep"), ...names.map((id) => format.kpiName(store.kpi(id)))];
    return panel(title, {
      wide: true, note: [text("scorecard_note"), blocks.howMany(reps)].filter(Boolean).join(" "),
      csv: {name: `reps-${state.period}`, columns, rows: () => reps.map((rep) =>
        [format.label("rep", rep.value), ...only(rep.cells).map((cell) => cell && cell.value)])},
    }, elements.table(title, columns.map((name, at) => ({title: name, isNumber: at > 0})), [line, ...rows]));
  }

  // Pipeline and forecast -----------------------------------------------------------------------

  const pipeline = {
    id: "pipeline",
    keys: (state) => [chosen(state), `subjects/kpi_pipeline_movement/${state.dimension}`,
      `subjects/kpi_loss_reasons/${state.dimension}`, "subjects/kpi_forecast",
      "subjects/kpi_lead_score_calibration"],
    render(state) {
      return [
        heading("pipeline", state),
        blocks.missing("deals"),
        grid(
          blocks.overTime(text("chart_pipeline"), ["open_pipeline", "weighted_pipeline"], state, {name: "pipeline"}),
          blocks.overTime(text("chart_revenue"), ["revenue", "new_customer_revenue"], state,
            {type: "bar", name: "revenue"}),
          blocks.overTime(text("chart_deals"), ["deals_won", "deals_lost"], state,
            {type: "bar", isStacked: true, colours: [3, 9], name: "deals"}),
          blocks.overTime(text("chart_win_rate"), ["deal_win_rate", "cohort_deal_win_rate", "quote_win_rate"],
            state, {name: "win-rates"}),
          blocks.overTime(text("chart_deal_amount"), ["average_deal_amount", "average_basket"], state,
            {name: "deal-amounts"}),
          blocks.overTime(text("chart_velocity"), ["sales_velocity"], state,
            {name: "velocity", note: velocityNote()}),
        ),
        movement(state),
        forecast(),
        pareto("kpi_loss_reasons", state),
        blocks.subject("kpi_lead_score_calibration"),
        blocks.missing("quotes"),
      ];
    },
  };

  const velocityNote = () =>
    store.kpi("sales_velocity") ? format.definition(store.kpi("sales_velocity")) : null;

  const MOVES = ["opened", "reamounted", "won", "lost", "vanished"];
  const LOSSES = ["won", "lost", "vanished"];

  /* From the pipeline at the start of the period to that at its end. */
  function movement(state) {
    const {grain, period, rows} = blocks.ofPeriod(blocks.segment("kpi_pipeline_movement", state), state);
    const [row] = rows;
    if (!row || row.amount_at_start === null) return null;
    const steps = [{name: "at_start", size: row.amount_at_start, base: 0, colour: 1}];
    let level = row.amount_at_start;
    for (const name of MOVES) {
      const size = (LOSSES.includes(name) ? -1 : 1) * Math.abs(row[`amount_${name}`] || 0);
      const signed = name === "reamounted" ? row.amount_reamounted || 0 : size;
      if (signed) steps.push({name, size: signed, base: level, colour: name === "lost" || signed < 0 && name !== "won" ? 9 : 3});
      level += signed;
    }
    steps.push({name: "at_end", size: row.amount_at_end, base: 0, colour: 1});
    return charts.chart(text("subject_kpi_pipeline_movement"), {
      type: "bar", isWide: true, unit: "amount", name: "pipeline-movement", note: format.period(grain, period),
      labelTitle: text("movement"), labels: steps.map((step) => text(`movement_${step.name}`)),
      series: [{name: text("amount"), values: steps.map((step) => step.size),
        base: steps.map((step) => step.base), colours: steps.map((step) => step.colour)}],
    });
  }

  /* The next months, by each method; and how the same forecasts of the past came out. */
  function forecast() {
    const {rows} = store.subject("kpi_forecast");
    const measures = [...new Set(rows.map((row) => row.measure))];
    const unit = (measure) => (/revenue|amount/.test(measure) ? "amount" : "count");
    const name = (measure) => format.word(measure, "measure");
    const panels = measures.flatMap((measure) => {
      const own = rows.filter((row) => row.measure === measure && row.is_newest);
      const past = rows.filter((row) => row.measure === measure && row.months_ahead === 1 && row.actual !== null)
        .sort((one, other) => (one.month < other.month ? -1 : 1));
      return [
        byMethod(text("forecast_of", {kpi: name(measure)}), own, unit(measure), {
          type: "dots", name: `forecast-${measure}`, note: text("forecast_note")}),
        byMethod(text("backtest_of", {kpi: name(measure)}), past, unit(measure), {
          type: "line", name: `backtest-${measure}`, note: text("backtest_note"), hasActual: true}),
      ];
    });
    return grid(panels.filter(Boolean));
  }

  function byMethod(title, rows, unit, {hasActual, ...settings}) {
    const months = [...new Set(rows.map((row) => row.month))].sort().slice(-18);
    const methods = [...new Set(rows.map((row) => row.method))];
    const find = (month, method) => rows.find((row) => row.month === month && row.method === method) || {};
    const value = (method, column, otherwise) => months.map((month) => {
      const row = find(month, method);
      return row[column] ?? row[otherwise] ?? null;
    });
    const hasInterval = !hasActual && rows.some((row) => (row.interval_low ?? null) !== null);
    const series = methods.map((method, at) => ({
      name: format.word(method, "method"), values: value(method, "expected"), colour: at + 1,
      low: hasInterval ? value(method, "interval_low", "expected") : null,
      high: value(method, "interval_high", "expected"),
    }));
    if (hasActual) series.push({name: text("actual"), values: value(methods[0], "actual"), colour: 8});
    return charts.chart(title, {
      ...settings, unit, series, labels: months.map((month) => format.period("month", month, true)),
    });
  }

  /* Reasons, the most frequent first, with the share that they add up to. */
  function pareto(name, state) {
    const {grain, period, rows} = blocks.ofPeriod(blocks.segment(name, state), state);
    if (!rows.length) return null;
    const sorted = [...rows].sort((one, other) => one.reason_rank - other.reason_rank);
    const shown = sorted.slice(0, 12);
    const vital = sorted.findIndex((row) => row.cumulative_share >= 0.8) + 1;
    return charts.chart(text(`subject_${name}`), {
      type: "bar", isWide: true, isHorizontal: true, unit: "count", name,
      note: `${format.period(grain, period)}. ${text("pareto_note", {n: vital, share: format.value("rate", 0.8)})}`,
      labelTitle: text("reason"),
      labels: shown.map((row) => `${format.special(row.reason)} ` +
        `(${format.value("rate", row.cumulative_share)})`),
      series: [{name: text("cases"), values: shown.map((row) => row.occurrences)}],
    });
  }

  // Customers -----------------------------------------------------------------------------------

  const customers = {
    id: "customers",
    keys: (state) => [chosen(state), "subjects/kpi_segment_profitability",
      `subjects/kpi_churn_reasons/${state.dimension}`, `subjects/kpi_complaint_reasons/${state.dimension}`],
    render(state) {
      return [
        heading("customers", state),
        grid(
          blocks.overTime(text("chart_new_customers"), ["new_customers"], state, {type: "bar", name: "new-customers"}),
          blocks.overTime(text("chart_active_customers"), ["active_customers"], state, {name: "active-customers"}),
          blocks.overTime(text("chart_retention"), ["retention_rate"], state, {name: "retention", isZoomed: true}),
          blocks.overTime(text("chart_revenue_retention"), ["gross_revenue_retention", "net_revenue_retention",
            "renewal_rate"], state, {name: "revenue-retention"}),
          blocks.overTime(text("chart_repeat"), ["repeat_purchase_rate", "repeat_customer_rate",
            "second_sale_90d_rate"], state, {name: "repeat"}),
          blocks.overTime(text("chart_nps"), ["nps", "new_customer_nps"], state, {name: "nps"}),
          blocks.overTime(text("chart_csat"), ["csat"], state, {name: "csat"}),
          blocks.overTime(text("chart_ces"), ["ces", "average_rating"], state, {name: "ces"}),
          blocks.overTime(text("chart_tickets"), ["complaints", "refund_requests", "dissatisfactions",
            "compliments", "customer_questions"], state, {type: "bar", isStacked: true, name: "tickets"}),
          blocks.overTime(text("chart_margin"), ["gross_margin_rate"], state, {name: "margin", isZoomed: true}),
        ),
        pareto("kpi_complaint_reasons", state),
        pareto("kpi_churn_reasons", state),
        profitability(state),
        blocks.missing("orders", "contracts", "surveys", "tickets", "reviews"),
      ];
    },
  };

  /* Which segments pay: their rank by revenue beside that by margin after what it took to win them. */
  function profitability(state) {
    const {rows} = store.subject("kpi_segment_profitability");
    const dimensions = [...new Set(rows.map((row) => row.dimension))];
    const shown = dimensions.includes(state.dimension) ? [state.dimension] : dimensions;
    return shown.map((dimension) => {
      const own = rows.filter((row) => row.dimension === dimension && !row.is_partial);
      const of = blocks.ofPeriod(own, {...state, grain: state.grain === "year" ? "year" : "quarter"});
      const title = `${text("subject_kpi_segment_profitability")}: ${text(`dimension_${dimension}`)}`;
      return of.rows.length ? blocks.plainTable(title, `profitability-${dimension}`,
        [...of.rows].sort((one, other) => one.revenue_rank - other.revenue_rank), {
          note: format.period(of.grain, of.period),
          columns: ["dimension_label", "revenue", "revenue_rank", "gross_margin", "allocated_cost",
            "margin_after_costs", "margin_rank"]}) : null;
    });
  }

  // Data quality --------------------------------------------------------------------------------

  const quality = {
    id: "quality",
    isFiltered: false,
    keys: () => ["subjects/load_reconciliation", "subjects/data_quality", "subjects/rejects",
      "subjects/restatements"],
    render(state) {
      const {start} = store;
      const reconciliation = store.subject("load_reconciliation").rows;
      return [
        heading("quality", state),
        start.held_back.length
          ? h("div", {class: "notice warning"}, h("strong", {}, text("held_back")),
            h("ul", {}, start.held_back.map((line) => h("li", {dir: "auto"}, line))))
          : notice(text("nothing_held_back"), "good"),
        freshness(start.freshness),
        reconciliation.length ? balance(reconciliation) : null,
        blocks.plainTable(text("subject_data_quality"), "data_quality", issues(), {note: text("issues_note")}),
        blocks.plainTable(text("subject_rejects"), "rejects", store.subject("rejects").rows,
          {columns: ["source", "file", "column_name", "rule", "reject_count"]}),
        blocks.plainTable(text("subject_restatements"), "restatements", store.subject("restatements").rows, {
          note: text("restatements_note"), count: store.subject("restatements").count,
          columns: ["kpi_id", "statistic", "grain", "period_start", "dimension", "dimension_value",
            "value_before", "value_now"]})
          || notice(text("no_restatements"), "good"),
        h("p", {class: "note"}, text("not_supplied", {n: start.without_values.length})),
      ];
    },
  };

  const issues = () => [...store.subject("data_quality").rows]
    .sort((one, other) => other.issue_count - one.issue_count)
    .map((row) => ({...row, check_name: format.word(row.check_name, "check")}));

  function freshness(rows) {
    if (!rows.length) return null;
    const age = (row) => row.newest_event_on === null ? null
      : Math.round((Date.parse(store.start.as_of) - Date.parse(row.newest_event_on)) / 864e5);
    const title = text("subject_source_freshness");
    const columns = ["source", "newest_event_on", "age", "newest_load_at", "load_count"];
    return panel(title, {
      wide: true,
      csv: {name: "freshness", columns, rows: () => rows.map((row) =>
        [row.source, row.newest_event_on, age(row), row.newest_load_at, row.load_count])},
    }, elements.table(title, columns.map((name) => ({
      title: text(`column_${name}`), isNumber: ["age", "load_count"].includes(name),
    })), rows.map((row) => [row.source, format.date(row.newest_event_on),
      age(row) === null ? null : h("span", {class: age(row) > 7 ? "mark small" : null},
        age(row) > 0 ? text("days_before", {n: format.count(age(row))}) : text("up_to_date")),
      format.date(row.newest_load_at), format.count(row.load_count)])));
  }

  /* Records in, and what became of each: the sums must agree. */
  function balance(rows) {
    const columns = ["source", "entity", "file", "records", "landed", "structural_rejects", "current_rows",
      "superseded", "duplicates", "value_rejects"].filter((name) => name in rows[0]);
    const agrees = (row) => row.records === null || (row.records === row.landed + row.structural_rejects &&
      row.landed === row.current_rows + row.superseded + row.duplicates + row.value_rejects);
    const wrong = rows.filter((row) => !agrees(row)).length;
    const {count} = store.subject("load_reconciliation");
    return blocks.plainTable(text("subject_load_reconciliation"), "load_reconciliation", rows, {
      columns, count, note: wrong ? text("balance_wrong", {n: wrong}) : text("balance_right"),
    });
  }

  pages.all.push(team, pipeline, customers, quality);
})();
