"use strict";
/* How far new prospects get, step by step. */
(() => {
  const store = prospection;
  const {format, elements, charts, blocks, pages} = prospection;
  const {h, panel, notice} = elements;
  const {text} = format;
  const {heading, grid, chosen} = pages;

  const FUNNEL_GRAINS = ["month", "quarter", "year"];
  const funnel = {
    id: "funnel",
    keys: (state) => ["subjects/kpi_conclusions", `funnel/${state.dimension}`, chosen(state), "subjects/kpi_funnel_cohorts",
      `subjects/kpi_conversion_lag/${state.dimension}`],
    render(state) {
      const {grain, period, judged, panels} = steps(state);
      return [
        heading("funnel", state),
        blocks.conclusions("funnel", state),
        blocks.isComparing(state) ? grid(sides(state, grain)) : null,
        ...panels,
        compareValues(state, grain, judged || period),
        cohorts(state),
        lag(state),
        grid(
          blocks.overTime(text("chart_conversion"), ["cohort_conversion_rate", "cohort_qualification_rate"],
            state, {name: "conversion"}),
          blocks.overTime(text("chart_durations"), ["time_to_convert_days", "detection_to_customer_days",
            "sales_cycle_days", "prospect_to_lead_days"], state, {name: "durations"}),
          blocks.overTime(text("chart_never_engaged"), ["never_engaged_rate", "contacted_never_engaged_rate"], state,
            {name: "never-engaged"}),
          blocks.overTime(null, ["prospects_per_customer"], state),
          blocks.overTime(null, ["conversations_to_close"], state),
        ),
        blocks.missing("prospects", "activities"),
      ];
    },
  };

  /* The funnels of a comparison side by side. */
  const sides = (state, grain) => blocks.segmentsOf(state).flatMap((segment) => {
    const rows = store.rows(`funnel/${segment.dimension}`)
      .filter((row) => row.grain === grain && row.dimension_value === segment.value);
    return blocks.periodsOf(state).map((period) => {
      const own = rows.filter((row) => row.period_start === period);
      return own.length ? funnelBars(own, told(rows), grain, period, blocks.nameOf(segment), false) : null;
    });
  }).filter(Boolean);

  funnel.brief = (state) => steps(state).panels;

  /* How far who was detected in the chosen period got, and in those before. */
  function steps(state) {
    const rows = store.rows(`funnel/${state.dimension}`).filter((row) => row.dimension_value === state.value);
    const grain = FUNNEL_GRAINS.includes(state.grain) ? state.grain : "month";
    const of = rows.filter((row) => row.grain === grain);
    const starts = [...new Set(of.map((row) => row.period_start))];
    const period = starts.filter((start) => start <= state.period).at(-1) || starts.at(-1);
    const stages = of.filter((row) => row.period_start === period);
    const judged = newestJudged(of, period);
    return {grain, period, judged, panels: [
      stages.length ? funnelBars(stages, told(rows), grain, period) : notice(text("no_funnel")),
      judged && judged !== period
        ? funnelBars(of.filter((row) => row.period_start === judged), told(rows), grain, judged,
          text("funnel_settled")) : null,
      stages.length ? funnelTable(of, starts.filter((start) => start <= period).slice(-13), grain) : null,
    ]};
  }

  /* Whether all who came in then have had their full time. */
  const isSettled = (rows, start) => rows.every((row) =>
    row.period_start !== start || row.stage_order === 1 || row.is_mature !== false);

  /* The newest period up to the chosen one in which a step has had its time: the one whose bottleneck
     and declines the mart tells. Its later steps may still be moving. */
  const newestJudged = (rows, period) => rows.filter((row) => row.period_start <= period &&
    row.stage_order > 1 && row.is_mature === true).map((row) => row.period_start).sort().at(-1);

  /* The stages that the exports tell of: those that have a row in some period. */
  const told = (rows) => [...new Map(rows.map((row) => [row.stage, row.stage_order])).entries()]
    .sort((one, other) => one[1] - other[1]).map(([stage]) => stage);

  /* A stage has no row when nobody reached the one before it: nobody reached it either. */
  function withUnreached(stages, known) {
    const later = known.slice(known.indexOf(stages.at(-1).stage) + 1);
    return [...stages, ...later.map((stage) => ({stage, reached: 0, rate_from_previous: null, rate_from_first: null}))];
  }

  function bottleneck(row) {
    const more = Math.round(row.customers_if_improved || 0);
    return text(more === 0 ? "bottleneck_none" : more === 1 ? "bottleneck_one" : "bottleneck", {n: format.count(more)});
  }

  function funnelBars(rows, known, grain, period, note, isWide = true) {
    const stages = withUnreached(rows, known);
    const first = stages[0].reached;
    const bars = stages.map((row) => h("li", {class: row.is_bottleneck ? "bottleneck" : null},
      h("span", {class: "stage"}, format.word(row.stage, "stage")),
      h("span", {class: "track", "aria-hidden": "true"},
        h("span", {style: `width:${first ? (row.reached / first) * 100 : 0}%`})),
      h("span", {class: "reached"}, format.count(row.reached)),
      h("span", {class: "rates"},
        row.rate_from_previous === null ? row.stage_order === 1 ? text("funnel_start") : null
          : text("funnel_rates", {
            previous: format.value("rate", row.rate_from_previous),
            first: format.value("rate", row.rate_from_first),
          }),
        (row.benchmark_rate ?? null) === null ? null
          : ` \u00b7 ${text("funnel_benchmark", {rate: format.value("rate", row.benchmark_rate)})}`,
        row.is_mature === false && row.stage_order > 1 && rows.some((each) => each.is_mature === true)
          ? h("span", {class: "mark immature", title: text("mark_immature_why")}, text("still_moving")) : null,
        row.is_bottleneck ? h("strong", {class: "mark small"}, bottleneck(row)) : null,
        row.is_declining ? h("strong", {class: "mark small"}, text("declining")) : null)));
    const names = Object.keys(rows[0]);
    return panel(text("funnel_of", {period: format.period(grain, period)}), {
      wide: isWide,
      note: format.sentences(note || text(isSettled(rows, period) ? "funnel_note" : "funnel_young"),
        rows.some((row) => row.is_bottleneck) ? text("bottleneck_note") : null),
      csv: {name: `funnel-${period}`, columns: names, rows: () => rows.map((row) => names.map((name) => row[name]))},
    }, h("ol", {class: "funnel"}, bars));
  }

  /* The rate of each step by period of detection; periods that still move are marked. */
  function funnelTable(rows, starts, grain) {
    if (starts.length < 2) return null;
    const stages = told(rows).slice(1);
    const find = (start, stage) =>
      rows.find((row) => row.period_start === start && row.stage === stage);
    // each step beside its own past: of its rates that no longer move the least and the largest
    const scales = new Map(stages.map((stage) => {
      const rates = rows.filter((row) => row.stage === stage && row.is_mature !== false && starts.includes(row.period_start))
        .map((row) => row.rate_from_previous).filter((rate) => rate !== null);
      return [stage, [Math.min(...rates), Math.max(...rates)]];
    }));
    const body = [...starts].reverse().map((start) => {
      const young = rows.some((row) =>
        row.period_start === start && row.stage_order > 1 && row.is_mature === false);
      const detected = rows.find((row) => row.period_start === start && row.stage_order === 1);
      return [
        h("span", {}, format.period(grain, start, true), young
          ? h("span", {class: "mark immature", title: text("mark_immature_why")}, text("still_moving")) : null),
        detected ? format.count(detected.reached) : null,
        ...stages.map((stage) => {
          const row = find(start, stage);
          return row ? stepCell(row, scales.get(stage)) : null;
        }),
      ];
    });
    const title = text("funnel_by_period");
    const columns = [text("period"), text("stage_detected"), ...stages.map((stage) => format.word(stage, "stage"))];
    return panel(title, {
      wide: true, note: text("funnel_by_period_note"),
      csv: {name: "funnel-rates", columns, rows: () => [...starts].reverse().map((start) => [start,
        (find(start, "detected") || {}).reached ?? null,
        ...stages.map((stage) => (find(start, stage) || {}).rate_from_previous ?? null)])},
    }, elements.table(title, columns.map((name, at) => ({title: name, isNumber: at > 0})), body, {classes: "heat"}));
  }

  /* The rate of a step, darker the higher it is in its own past, with a mark where it fell significantly. */
  function stepCell(row, [low, high]) {
    const cell = blocks.heat(row.rate_from_previous, low, high, format.value("rate", row.rate_from_previous),
      row.is_mature === false);
    if (row.is_declining) {
      cell.append(h("span", {class: "side", "aria-hidden": "true"}, " \u25bc"),
        h("span", {class: "hidden-text"}, ` (${text("declining")})`));
    }
    return cell;
  }

  function compareValues(state, grain, period) {
    if (state.dimension === "all") return null;
    const rows = store.rows(`funnel/${state.dimension}`)
      .filter((row) => row.grain === grain && row.period_start === period);
    const last = rows.filter((row) => row.stage === "won" || row.stage === "engaged");
    if (!last.length) return null;
    const values = [...new Set(last.map((row) => row.dimension_value))].slice(0, 15);
    const rate = (value, stage) => {
      const row = rows.find((each) => each.dimension_value === value && each.stage === stage);
      return row ? row.rate_from_first : null;
    };
    return charts.chart(text("funnel_compare", {dimension: text(`dimension_${state.dimension}`)}), {
      type: "bar", isHorizontal: true, isLabelled: true, isWide: true, unit: "rate", name: "funnel-compare",
      note: format.period(grain, period),
      labelTitle: text(`dimension_${state.dimension}`),
      labels: values.map((value) => format.label(state.dimension, value)),
      series: ["engaged", "won"].map((stage, at) => ({
        name: format.word(stage, "stage"), colour: at + 1, values: values.map((value) => rate(value, stage)),
      })),
    });
  }

  function cohorts(state) {
    const {rows} = store.subject("kpi_funnel_cohorts");
    const won = rows.filter((row) => row.stage === "won" && row.months_since <= 12);
    if (!won.length) return null;
    const months = [...new Set(won.map((row) => row.contacted_month))].sort().slice(-18).reverse();
    const columns = [...new Set(won.map((row) => row.months_since))].sort((one, other) => one - other);
    const high = Math.max(...won.map((row) => row.cumulative_rate || 0));
    const find = (month, at) => won.find((row) => row.contacted_month === month && row.months_since === at);
    const title = text("subject_kpi_funnel_cohorts");
    return panel(title, {
      wide: true, note: format.sentences(text("cohorts_note"), state.dimension === "all" ? null : text("of_everything")),
      csv: {name: "funnel-cohorts", columns: Object.keys(won[0]), rows: () => rows.map((row) => Object.values(row))},
    }, elements.table(title, [text("contacted_in"), ...columns.map(String)]
      .map((name, at) => ({title: name, isNumber: at > 0})),
    months.map((month) => [format.period("month", month, true), ...columns.map((at) => {
      const row = find(month, at);
      return row ? blocks.heat(row.cumulative_rate, 0, high, format.value("rate", row.cumulative_rate),
        row.is_complete === false) : null;
    })]), {classes: "heat"}));
  }

  function lag(state) {
    const rows = blocks.segment("kpi_conversion_lag", state);
    if (rows.length < 2) return null;
    const value = (name) => rows.map((row) => row[name]);
    return charts.chart(text("subject_kpi_conversion_lag"), {
      type: "line", isWide: true, unit: "rate", name: "conversion-lag", note: text("lag_note"),
      labelTitle: text("days_since"), labels: value("days_since_contact").map(String),
      positions: value("days_since_contact"),
      series: [{name: text("converted"), values: value("converted_share"), low: value("ci_low"),
        high: value("ci_high")}],
    });
  }

  pages.all.push({...funnel, newestJudged});
})();
