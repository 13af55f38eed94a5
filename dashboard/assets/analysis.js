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
    "qualified_prospects", "new_customers", "cohort_conversion_rate", "deal_win_rate", "revenue",
    "prospecting_cost", "roi", "retention_rate"];

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
      wide: true, note: format.sentences(text("scorecard_note"), blocks.howMany(reps)),
      csv: {name: `reps-${state.period}`, columns, rows: () => reps.map((rep) =>
        [format.label("rep", rep.value), ...only(rep.cells).map((cell) => cell && cell.value)])},
    }, elements.table(title, columns.map((name, at) => ({title: name, isNumber: at > 0})), [line, ...rows],
      {classes: "many"}));
  }

  // Pipeline and forecast -----------------------------------------------------------------------

  const pipeline = {
    id: "pipeline",
    keys: (state) => [chosen(state), `subjects/kpi_pipeline_movement/${state.dimension}`,
      `subjects/kpi_loss_reasons/${state.dimension}`, "subjects/kpi_forecast", "subjects/kpi_targets",
      "subjects/kpi_lead_score_calibration", "subjects/data_quality"],
    render(state) {
      const cards = ["open_pipeline", "weighted_pipeline"].filter((id) => store.kpi(id))
        .map((id) => blocks.card(id, state));
      return [
        heading("pipeline", state),
        blocks.missing("deals"),
        h("div", {class: "cards"}, [...cards, coverage(state), pushed(state)].filter(Boolean)),
        stagesUnknown(),
        blocks.targets(state, ["revenue", "deals_won", "new_customers", "new_customer_revenue"]),
        store.rows("subjects/kpi_targets").length ? null : notice(text("missing_targets")),
        forecast(state),
        movement(state),
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
        pareto("kpi_loss_reasons", state),
        blocks.subject("kpi_lead_score_calibration"),
        blocks.missing("quotes"),
      ];
    },
  };

  /* A card of what is no KPI of the catalogue: a number, what it is, how it comes about. */
  const tile = (title, value, words, how) => h("article", {class: "card"},
    h("h3", {}, title), h("div", {class: "main"}, h("p", {class: "value"}, value)),
    h("p", {class: "compare soft"}, words),
    h("details", {class: "how"}, h("summary", {}, text("how")), h("p", {}, how)));

  /* The movement of what is chosen in its period. */
  const moved = (state) => blocks.ofPeriod(blocks.segment("kpi_pipeline_movement", state), state);

  /* How many times the pipeline at the start of the period holds its revenue target. */
  function coverage(state) {
    const {grain, period, rows: [row]} = moved(state);
    const target = store.cell("revenue", {grain, dimension: state.dimension, value: state.value, period})?.target;
    if (!row || !row.amount_at_start || !target) return null;
    return tile(text("coverage"), `${format.number(row.amount_at_start / target, {maximumFractionDigits: 1})}\u00a0\u00d7`,
      text("coverage_of", {pipeline: format.value("amount", row.amount_at_start, true),
        target: format.value("amount", target, true), period: format.period(grain, period)}), text("coverage_how"));
  }

  /* Open deals whose expected closing was moved to a later day; seen from one load to the next. */
  function pushed(state) {
    const all = blocks.segment("kpi_pipeline_movement", state);
    const {grain, period, rows: [row]} = moved(state);
    if (!row || !all.some((each) => each.deals_pushed > 0)) return null;
    return tile(text("pushed"), format.count(row.deals_pushed),
      text("pushed_of", {amount: format.value("amount", row.amount_pushed, true),
        share: format.value("rate", row.deals_at_start ? row.deals_pushed / row.deals_at_start : null),
        period: format.period(grain, period)}), text("pushed_how"));
  }

  /* Open deals of which nothing tells what their stage means. */
  function stagesUnknown() {
    const rows = store.subject("data_quality").rows.filter((row) => row.check_name === "unknown_stage");
    if (!rows.length) return null;
    const stages = rows.map((row) => `${row.rule}: ${format.count(row.issue_count)}`).join(", ");
    return notice(text("stages_unknown", {stages,
      n: format.count(rows.reduce((sum, row) => sum + row.issue_count, 0))}));
  }

  const velocityNote = () =>
    store.kpi("sales_velocity") ? format.definition(store.kpi("sales_velocity")) : null;

  const MOVES = ["opened", "reamounted", "won", "lost", "vanished"];
  const LOSSES = ["won", "lost", "vanished"];

  /* From the pipeline at the start of the period to that at its end. */
  function movement(state) {
    const {grain, period, rows: [row]} = moved(state);
    if (!row || !(row.amount_at_start || row.amount_opened || row.amount_at_end)) return null;
    const steps = [{name: "at_start", size: row.amount_at_start, base: 0, colour: 1}];
    let level = row.amount_at_start;
    for (const name of MOVES) {
      const size = (LOSSES.includes(name) ? -1 : 1) * Math.abs(row[`amount_${name}`] || 0);
      const signed = name === "reamounted" ? row.amount_reamounted || 0 : size;
      const isLoss = signed < 0 && name !== "won";
      if (signed) steps.push({name, size: signed, base: level, colour: isLoss ? 9 : 3});
      level += signed;
    }
    steps.push({name: "at_end", size: row.amount_at_end, base: 0, colour: 1});
    const isKnown = blocks.segment("kpi_pipeline_movement", state).some((each) => each.deals_pushed > 0);
    return charts.chart(text("subject_kpi_pipeline_movement"), {
      type: "bar", isWide: true, isLabelled: true, unit: "amount", name: "pipeline-movement",
      note: format.sentences(format.period(grain, period), text("movement_note"), isKnown ? null : text("pushed_unknown")),
      labelTitle: text("movement"), labels: steps.map((step) => text(`movement_${step.name}`)),
      series: [{name: text("amount"), values: steps.map((step) => step.size),
        base: steps.map((step) => step.base), colours: steps.map((step) => step.colour)}],
    });
  }

  const PAST_MONTHS = 12;

  /* The next months with their interval, behind what was forecast and what came of it. */
  function forecast(state) {
    const {rows} = store.subject("kpi_forecast");
    const kinds = [...new Map(rows.map((row) => [`${row.basis} ${row.measure}`, row])).values()];
    const shown = kinds.map(({basis, measure}) =>
      forecastOf(rows.filter((row) => row.basis === basis && row.measure === measure), basis, measure));
    if (!shown.some(Boolean)) return null;
    return [state.dimension === "all" ? null : notice(text("forecast_of_everything")), grid(shown.filter(Boolean))];
  }

  function forecastOf(rows, basis, measure) {
    const unit = /revenue|amount/.test(measure) ? "amount" : "count";
    const past = rows.filter((row) => row.months_ahead === 1 && row.actual !== null)
      .sort((one, other) => one.month.localeCompare(other.month)).slice(-PAST_MONTHS);
    const next = rows.filter((row) => row.is_newest && !row.is_withheld)
      .sort((one, other) => one.month.localeCompare(other.month));
    if (![...past, ...next].some((row) => row.expected || row.actual)) return null;
    const months = [...new Set([...past, ...next].map((row) => row.month))];
    const of = (some, name) => months.map((month) => (some.find((row) => row.month === month) || {})[name] ?? null);
    const ends = (name) => of(next, name).map((end, at) => end ?? of(next, "expected")[at]);
    const series = [
      {name: text("actual"), values: of(past, "actual"), colour: 8, type: "line"},
      {name: text("forecast_before"), values: of(past, "expected"), colour: 1, type: "line", isDashed: true},
      {name: text("forecast_now"), values: of(next, "expected"), colour: 1, type: "dots",
        ...next.some((row) => row.interval_low !== null)
          ? {low: ends("interval_low"), high: ends("interval_high")} : {}},
    ];
    return charts.chart(text("forecast_of", {kpi: format.word(measure, "measure")}), {
      type: "line", unit, series, name: `forecast-${basis}-${measure}`,
      note: format.sentences(text(`basis_${basis}`),
        rows.some((row) => row.is_withheld) ? text("forecast_withheld") : null, pastErrors(past)),
      labels: months.map((month) => format.period("month", month, true)),
    });
  }

  /* How far the forecasts of one month ahead were off, and how often their interval held. */
  function pastErrors(past) {
    const sum = (read) => past.reduce((total, row) => total + read(row), 0);
    const actual = sum((row) => row.actual);
    if (past.length < 3 || actual <= 0) return null;
    const judged = past.filter((row) => row.interval_low !== null);
    const held = judged.filter((row) => row.actual >= row.interval_low && row.actual <= row.interval_high).length;
    const off = format.value("rate", sum((row) => Math.abs(row.expected - row.actual)) / actual);
    return text("forecast_errors", {off, months: past.length}) +
      (judged.length ? ` ${text("forecast_held", {held, judged: judged.length})}` : "");
  }

  /* Reasons, the most frequent first, with the share that they add up to. */
  function pareto(name, state) {
    const {grain, period, rows} = blocks.ofPeriod(blocks.segment(name, state), state);
    if (!rows.length) return null;
    const sorted = [...rows].sort((one, other) => one.reason_rank - other.reason_rank);
    const shown = sorted.slice(0, 12);
    const vital = Math.max(sorted.findIndex((row) => row.cumulative_share >= 0.8), 0);
    return charts.chart(text(`subject_${name}`), {
      type: "bar", isWide: true, isHorizontal: true, isLabelled: true, unit: "count", name,
      note: format.sentences(format.period(grain, period), text(vital ? "pareto_note" : "pareto_first", {
        n: vital + 1, share: format.value("rate", sorted[vital].cumulative_share)})),
      labelTitle: text("reason"),
      labels: shown.map((row) => format.special(row.reason)),
      series: [{name: text("cases"), values: shown.map((row) => row.occurrences),
        texts: shown.map((row) => `${format.count(row.occurrences)} (${format.value("rate", row.cumulative_share)})`),
        colours: shown.map((_, at) => (at <= vital ? 1 : 8))}],
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
          blocks.overTime(text("chart_referrals"), ["referral_6m_rate"], state, {name: "referrals",
            note: store.kpi("referral_6m_rate") ? format.definition(store.kpi("referral_6m_rate")) : null}),
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
    if (!rows.length) return null;
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
    const sorted = [...rows].sort((one, other) => one.revenue_rank - other.revenue_rank);
    return panel(title, {
      wide: true, folded: isFolded ? text("show_table", {period: format.period(grain, period)}) : null,
      note: isFolded ? null
        : format.sentences(format.period(grain, period), text(hasMargins ? "ranks_note" : "no_margins"),
          blocks.howMany(sorted)),
      csv: {name: `profitability-${dimension}`, columns, rows: () => sorted.map((row) => columns.map((name) => row[name]))},
    }, elements.table(title, columns.map((name, at) => ({
      title: at === 0 ? text(`dimension_${dimension}`) : format.word(name, "column"), isNumber: at > 0})),
    sorted.slice(0, blocks.MOST_SHOWN).map((row) => columns.map((name) => cells[name](row)))));
  }

  // Data quality --------------------------------------------------------------------------------

  const quality = {
    id: "quality",
    isFiltered: false,
    keys: () => ["subjects/load_reconciliation", "subjects/data_quality", "subjects/rejects",
      "subjects/restatements", "subjects/checks", "subjects/held_batches"],
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
        blocks.plainTable(text("subject_rejects"), "rejects", withRules(store.subject("rejects").rows),
          {columns: ["source", "file", "column_name", "rule", "reject_count"]}),
        checks(),
        blocks.plainTable(text("subject_held_batches"), "held_batches", store.subject("held_batches").rows
          .map((row) => ({...row, decision: format.word(row.decision, "decision")}))),
        blocks.plainTable(text("subject_restatements"), "restatements", store.subject("restatements").rows, {
          note: text("restatements_note"), count: store.subject("restatements").count,
          columns: ["kpi_id", "statistic", "grain", "period_start", "dimension", "dimension_value",
            "value_before", "value_now"]})
          || notice(text("no_restatements"), "good"),
        start.without_values.length ? h("details", {class: "family"},
          h("summary", {}, text("not_supplied", {n: start.without_values.length})),
          h("p", {}, start.without_values.map((kpi) => format.kpiName(kpi)).join(" \u00b7 "))) : null,
      ];
    },
  };

  /* A rule that we know in words; another one as it is. */
  const withRules = (rows) => rows.map((row) => ({...row,
    rule: row.rule && format.word(row.rule, "rule")}));

  const issues = () => withRules(store.subject("data_quality").rows)
    .sort((one, other) => other.issue_count - one.issue_count)
    .map((row) => ({...row, check_name: format.word(row.check_name, "check")}));

  /* What the gates ask, whether it holds now, and how often it has held. */
  function checks() {
    const {rows} = store.subject("checks");
    if (!rows.length) return null;
    const title = text("subject_checks");
    const verdict = (row) => (row.is_broken_now ? row.is_blocking ? "check_broken" : "check_warned" : "check_holds");
    const columns = ["gate", "rule", "verdict", "times_looked", "times_broken", "last_broken"];
    const broken = rows.filter((row) => row.is_broken_now).length;
    const sorted = [...rows].sort((one, other) =>
      other.is_broken_now - one.is_broken_now || other.times_broken - one.times_broken);
    return panel(title, {
      wide: true, folded: text("checks_count", {n: rows.length}),
      note: broken ? text("checks_broken", {n: broken}) : text("checks_hold", {n: rows.length}),
      csv: {name: "checks", columns: Object.keys(rows[0]), rows: () => rows.map((row) => Object.values(row))},
    }, elements.table(title, columns.map((name) => ({title: format.word(name, "column"), isNumber: /^times/.test(name)})),
      sorted.map((row) => [text(`gate_${row.gate}`), row.rule,
        h("span", {class: row.is_broken_now ? row.is_blocking ? "status missed" : "status at_risk" : "status"},
          text(verdict(row))), format.count(row.times_looked), format.count(row.times_broken),
        row.last_broken ? format.date(row.last_broken) : null])));
  }

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
      columns, count, most: 40, note: wrong ? text("balance_wrong", {n: wrong}) : text("balance_right"),
    });
  }

  pages.all.push(team, pipeline, customers, quality);
})();
