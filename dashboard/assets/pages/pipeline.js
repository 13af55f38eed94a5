"use strict";
/* What is in progress, what is closing, what to expect. */
(() => {
  const store = prospection;
  const {format, elements, charts, blocks, pages} = prospection;
  const {h, notice} = elements;
  const {text} = format;
  const {heading, grid, chosen} = pages;

  const pipeline = {
    id: "pipeline",
    keys: (state) => ["subjects/kpi_conclusions", chosen(state), `subjects/kpi_pipeline_movement/${state.dimension}`,
      `subjects/kpi_loss_reasons/${state.dimension}`, "subjects/kpi_forecast", "subjects/kpi_quarter_outlook", "subjects/kpi_targets",
      "subjects/open_stages", "subjects/open_deals", "subjects/call_first", "subjects/score_rules", "records/terms",
      "subjects/kpi_lead_score_calibration", "subjects/data_quality"],
    render(state) {
      return [
        heading("pipeline", state),
        blocks.conclusions("pipeline", state),
        blocks.missing("deals"),
        cards(state),
        stagesUnknown(),
        blocks.outlook(state),
        blocks.standing(state),
        blocks.targets(state, ["revenue", "won_amount", "deals_won", "new_customers", "new_customer_revenue"]),
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
          blocks.overTime(null, ["quotes_never_won_rate"], state),
          blocks.overTime(text("chart_deal_amount"), ["average_deal_amount", "average_basket"], state,
            {name: "deal-amounts"}),
          blocks.overTime(text("chart_velocity"), ["sales_velocity"], state,
            {name: "velocity", note: velocityNote()}),
        ),
        blocks.pareto("kpi_loss_reasons", state),
        store.rows("subjects/kpi_lead_score_calibration").length > 1 ? blocks.subject("kpi_lead_score_calibration") : null,
        blocks.missing("quotes"),
      ];
    },
  };

  /* What the report tells, without the charts: the cards, what is ahead, why deals were lost. */
  pipeline.brief = (state) =>
    [cards(state), stagesUnknown(), blocks.quarters(state), nextMonths(state), lostFor(state)];

  function cards(state) {
    const found = [
      ...["open_pipeline", "weighted_pipeline"].filter((id) => store.kpi(id)).map((id) => blocks.card(id, state)),
      coverage(state), pushed(state)].filter(Boolean);
    return found.length ? h("div", {class: "cards"}, found) : null;
  }

  const MONTHS_AHEAD = 3;

  /* What was forecast at the end of the chosen period for the months behind it. */
  function nextMonths(state) {
    const until = format.end(state.grain, state.period);
    const {rows} = store.subject("kpi_forecast");
    const origin = rows.map((row) => row.origin_month).filter((month) => month <= until).sort().at(-1);
    const next = rows.filter((row) => row.origin_month === origin && row.month > until && !row.is_withheld);
    const months = [...new Set(next.map((row) => row.month))].sort().slice(0, MONTHS_AHEAD);
    const kinds = [...new Map(next.map((row) => [`${row.measure} ${row.basis}`, row])).entries()].sort();
    if (!months.length) return null;
    const title = text("next_months");
    const cell = ({measure, basis}, month) => {
      const row = next.find((each) => each.measure === measure && each.basis === basis && each.month === month);
      const value = (name) => format.value(/revenue|amount/.test(measure) ? "amount" : "count", row[name], true);
      if (!row) return null;
      const range = row.interval_low === null ? null : `${value("interval_low")} \u2013 ${value("interval_high")}`;
      // one number would promise what past forecasts did not hold
      return row.is_far_off ? h("span", {}, range)
        : h("span", {}, value("expected"), range && h("span", {class: "soft"}, ` (${range})`));
    };
    return elements.panel(title, {
      wide: true, note: text("next_months_note"),
      csv: {name: "next-months", columns: Object.keys(next[0]), rows: () => next.map((row) => Object.values(row))},
    }, elements.table(title, [text("measure"), ...months.map((month) => format.period("month", month, true))]
      .map((name, at) => ({title: name, isNumber: at > 0})), kinds.map(([, row]) => [
      h("span", {}, format.word(row.measure, "measure"),
        h("span", {class: "soft clamp"}, text(`basis_${row.basis}`))), ...months.map((month) => cell(row, month))])));
  }

  const MOST_REASONS = 8;

  function lostFor(state) {
    const {grain, period, rows} = blocks.ofPeriod(blocks.segment("kpi_loss_reasons", state), state);
    const first = [...rows].sort((one, other) => one.reason_rank - other.reason_rank).slice(0, MOST_REASONS);
    if (!first.length) return null;
    const title = text("lost_for");
    return elements.panel(title, {
      wide: true, note: format.period(grain, period),
      csv: {name: "loss-reasons", columns: Object.keys(rows[0]), rows: () => rows.map((row) => Object.values(row))},
    }, elements.table(title, [text("reason"), text("cases"), text("column_share"), text("amount")]
      .map((name, at) => ({title: name, isNumber: at > 0})), first.map((row) => [blocks.reason(row.reason),
      format.count(row.occurrences), format.value("rate", row.share), format.value("amount", row.lost_amount ?? null)])));
  }

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
    const targetOf = (id) => store.cell(id, {grain, dimension: state.dimension, value: state.value, period})?.target;
    const target = targetOf("won_amount") ?? targetOf("revenue");
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
    // a line would promise what past forecasts did not hold
    const isFarOff = next.some((row) => row.is_far_off);
    const series = [
      {name: text("actual"), values: of(past, "actual"), colour: 8, type: "line"},
      {name: text("forecast_before"), values: of(past, "expected"), colour: 1, type: "line", isDashed: true},
      isFarOff ? {name: text("forecast_range"), values: months.map(() => null), colour: 7, isRange: true,
        low: of(next, "interval_low"), high: of(next, "interval_high")}
        : {name: text("forecast_now"), values: of(next, "expected"), colour: 1, type: "dots",
          ...next.some((row) => row.interval_low !== null)
            ? {low: ends("interval_low"), high: ends("interval_high")} : {}},
    ];
    return charts.chart(text("forecast_of", {kpi: format.word(measure, "measure")}), {
      type: "line", unit, series, name: `forecast-${basis}-${measure}`,
      note: format.sentences(text(`basis_${basis}`),
        rows.some((row) => row.is_withheld) ? text("forecast_withheld") : null,
        isFarOff ? text("forecast_far_off", {off: format.value("rate", next[0].past_error)}) : null, pastErrors(past)),
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

  pages.all.push(pipeline);
})();
