"use strict";
/* Side by side: what is chosen beside another segment, another period, or both. Every number is one of
   `kpi_values`; of two of them the difference is told as on the cards. */
(() => {
  const store = prospection;
  const {format, elements, blocks} = prospection;
  const {h, figure, panel} = elements;
  const {text} = format;

  const COMPARED = {
    funnel: ["new_prospects", "cohort_qualification_rate", "contact_to_qualified_rate", "cohort_conversion_rate",
      "prospect_to_lead_days", "time_to_convert_days", "sales_cycle_days"],
    activity: ["touches", "calls_to_prospects", "prospecting_emails", "linkedin_touches", "letters_sent",
      "prospect_conversations", "meetings_booked", "meetings_held_prospects", "never_contacted_rate", "call_answer_rate",
      "meeting_no_show_rate", "lead_response_hours"],
    campaigns: ["touches", "response_rate", "prospect_response_rate", "leads_obtained", "new_customers",
      "prospecting_cost", "cost_per_prospect", "cac", "revenue", "roi"],
    team: ["touches", "prospects_contacted", "prospect_conversations", "meetings_booked", "qualified_prospects",
      "new_customers", "cohort_conversion_rate", "deal_win_rate", "revenue"],
    pipeline: ["open_pipeline", "weighted_pipeline", "deals_won", "deals_lost", "deal_win_rate", "quote_win_rate",
      "average_deal_amount", "revenue", "new_customer_revenue", "sales_velocity"],
    customers: ["new_customers", "active_customers", "retention_rate", "renewal_rate", "gross_revenue_retention",
      "net_revenue_retention", "repeat_customer_rate", "nps", "csat", "complaints", "gross_margin_rate"],
  };
  const ofPage = (page, state) => (page === "trends" && state.kpi ? [state.kpi]
    : COMPARED[page] || store.start.headline).filter((id) => store.kpi(id));

  /* The segments side by side, the chosen one first. */
  const segmentsOf = (state) => [{dimension: state.dimension, value: state.value}, state.beside].filter(Boolean);

  /* The periods side by side, the older one first. */
  const periodsOf = (state) => [...new Set([state.period, state.besidePeriod].filter(Boolean))].sort();

  const isComparing = (state) => Boolean(state.beside || state.besidePeriod);

  const nameOf = ({dimension, value}) => (dimension === "all" ? text("dimension_all")
    : format.named(text(`dimension_${dimension}`), format.label(dimension, value)));

  /* The cell of a KPI, never a young cohort: beside another it would look like a fall. */
  function cellOf(id, state, segment, period) {
    const cell = store.series(id, {grain: state.grain, ...segment}).find((each) => each.period === period);
    return cell && cell.is_mature !== false ? cell : null;
  }

  const interval = (cell) => (!cell || cell.ci_low === null ? null
    : h("span", {class: "interval soft"}, figure(cell, "ci_low", {isShort: true}), ` ${text("to")} `,
      figure(cell, "ci_high", {isShort: true})));

  const shownCell = (cell) => cell && h("span", {}, blocks.measured(cell, 0), interval(cell));

  /* How the second differs from the first; in colour only where their intervals have nothing in common. */
  function difference(first, second) {
    if (!first || !second) return null;
    const kpi = store.kpi(second.kpi);
    const words = format.change(format.unit(kpi), second.value, first.value);
    if (words === null) return null;
    const isApart = [first, second].every((cell) => cell.ci_low !== null && cell.ci_high !== null) &&
      (second.ci_low > first.ci_high || second.ci_high < first.ci_low);
    const isGood = (second.value > first.value) === (kpi.better === "up");
    const verdict = !isApart || kpi.better === "none" ? "neutral" : isGood ? "good" : "bad";
    return h("span", {class: `movement ${verdict}`}, words,
      verdict === "neutral" ? null : h("span", {class: "hidden-text"}, ` (${text(verdict)})`));
  }

  /* The table of a page: a row for each of its KPIs, the segments and periods side by side. */
  function comparison(page, state) {
    if (!isComparing(state)) return null;
    const segments = segmentsOf(state);
    const periods = periodsOf(state);
    const places = segments.flatMap((segment) => periods.map((period) => ({segment, period})));
    const columns = segments.flatMap((segment) => [
      ...periods.map((period) => ({title: [segments.length > 1 || segment.dimension !== "all" ? nameOf(segment) : null,
        periods.length > 1 || segments.length < 2 ? format.period(state.grain, period, true) : null]
        .filter(Boolean).join(" \u00b7 ")})),
      ...periods.length > 1 ? [{title: text("compare_change")}] : []]);
    if (periods.length === 1) columns.push({title: text("compare_difference")});
    const rows = ofPage(page, state).map((id) => {
      const cells = places.map(({segment, period}) => cellOf(id, state, segment, period));
      if (!cells.some(Boolean)) return null;
      const shown = segments.flatMap((_, at) => {
        const own = cells.slice(at * periods.length, (at + 1) * periods.length);
        return [...own.map(shownCell), ...periods.length > 1 ? [difference(...own)] : []];
      });
      if (periods.length === 1) shown.push(difference(cells[1], cells[0]));
      return [blocks.kpiName(id), ...shown];
    }).filter(Boolean);
    const title = text("comparison");
    const choice = [...new Set(segments.map(nameOf))].join(" / ") + " \u00b7 " +
      periods.map((period) => format.period(state.grain, period)).join(" / ");
    if (!rows.length) return elements.notice(text("comparison_none", {choice}));
    return panel(title, {
      wide: true, note: format.sentences(choice,
        new Set(segments.map(({dimension}) => dimension)).size > 1 ? text("comparison_not_crossed") : null, text("comparison_note")),
      csv: {name: `comparison-${page}`,
        columns: ["kpi_id", ...places.map(({segment, period}) => `${segment.dimension}=${segment.value} ${period}`)],
        rows: () => ofPage(page, state).map((id) => [id, ...places.map(({segment, period}) =>
          cellOf(id, state, segment, period)?.value ?? null)])},
    }, elements.table(title, [{title: text("kpi")}, ...columns.map((column) => ({...column, isNumber: true}))], rows,
      {classes: "compared"}));
  }

  /* What a page is told of the other side, so that its data are there. */
  const otherSide = (state) => ({...state, ...state.beside || {}});

  /* That a table shows all of a dimension, whatever else is chosen. */
  const notFilteredBy = (state, ...dimensions) => (state.dimension === "all" || dimensions.includes(state.dimension) ? null
    : text("not_filtered_by", {filter: nameOf(state)}));

  Object.assign(blocks, {comparison, isComparing, otherSide, segmentsOf, periodsOf, notFilteredBy, nameOf});
})();
