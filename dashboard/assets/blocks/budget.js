"use strict";
/* What `kpi_campaign_returns` says of channels and campaigns: cost, budget, return so far, and the
   verdict with its reason. It knows of today only. */
(() => {
  const store = prospection;
  const {format, elements, blocks} = prospection;
  const {h, panel} = elements;
  const {text} = format;
  const YOUNG = 0.8; // of what touches bring; the mart's too
  const VERDICTS = ["keep", "test_more", "stop"];
  const LOOKS = {keep: "", test_more: "at_risk", stop: "missed"};
  const MOST_NAMED = 5;

  const isAllotted = (row) => row.dimension_value !== "(unallocated)";
  const isOver = (row) => row.is_running === false;
  const isToday = (state) => !blocks.isBeforeToday(state);
  const money = (value) => blocks.cell(value ? format.value("amount", value, true) : null, value);

  function name(row) {
    if (!isAllotted(row)) return text(`not_allotted_${row.dimension}`);
    const label = format.label(row.dimension, row.dimension_value);
    const shown = label === row.dimension_value ? format.special(row.dimension_label) : label;
    return row.dimension === "channel" ? format.word(row.dimension_value, "channel") : shown;
  }

  const nameCell = (row) => blocks.cell(h("span", {class: "clamp", dir: "auto"}, name(row)), name(row));

  function verdict(row) {
    if (!row.reason) return null;
    return blocks.cell(h("span", {}, row.verdict ? h("span", {class: `status ${LOOKS[row.verdict]}`},
      text(`verdict_${row.verdict}`)) : null, h("span", {class: "soft why"}, ` ${text(`reason_${row.reason}`)}`)),
    row.verdict ? VERDICTS.indexOf(row.verdict) : null);
  }

  const used = (row) => (row.budget_used === null ? null : blocks.cell(text("budget_of", {
    share: format.value("rate", row.budget_used), amount: format.value("amount", row.budget_amount, true)}), row.budget_used));

  const come = (row) => (row.come_share === null ? null : blocks.cell(h("span", {}, format.value("rate", row.come_share),
    row.come_share < YOUNG ? h("span", {class: "mark immature"}, text("mark_immature")) : null), row.come_share));

  const cells = (row) => [nameCell(row), verdict(row), money(row.direct_cost), money(row.allocated_cost), money(row.cost_amount),
    used(row), blocks.cell(format.count(row.touches), row.touches),
    blocks.cell(format.number(row.deals, {maximumFractionDigits: 1}), row.deals), money(row.revenue), come(row),
    row.roi === null ? null : blocks.cell(format.value("rate", row.roi), row.roi)];

  /* The sum of every row; a share of nothing is not summed. */
  function total(rows) {
    const sum = (column) => rows.reduce((all, row) => all + (row[column] || 0), 0);
    const [cost, revenue] = [sum("cost_amount"), sum("revenue")];
    return Object.assign([text("total"), null, money(sum("direct_cost")), money(sum("allocated_cost")), money(cost), null,
      format.count(sum("touches")), format.number(sum("deals"), {maximumFractionDigits: 1}), money(revenue), null,
      cost ? format.value("rate", (revenue - cost) / cost) : null], {classes: "total"});
  }

  /* Which ones to keep, to test more, to stop: the dearest first. */
  function summary(rows) {
    return h("ul", {class: "verdicts"}, VERDICTS.map((word) => {
      const own = rows.filter((row) => row.verdict === word).map(name);
      const more = own.length - MOST_NAMED;
      return own.length ? h("li", {dir: "auto"}, h("span", {class: `status ${LOOKS[word]}`}, text(`verdict_${word}`)), " ",
        own.slice(0, MOST_NAMED).join(" \u00b7 "), more > 0 ? ` ${text("and_more", {n: format.count(more)})}` : null) : null;
    }));
  }

  function budget(dimension, state) {
    const rows = store.rows("subjects/kpi_campaign_returns").filter((row) => row.dimension === dimension);
    if (!rows.some(isAllotted) || !isToday(state)) return null;
    rows.sort((one, other) => isOver(one) - isOver(other) || (other.cost_amount || 0) - (one.cost_amount || 0)
      || other.touches - one.touches);
    const [allotted, rest] = [true, false].map((is) => rows.filter((row) => isAllotted(row) === is));
    const columns = ["verdict", "direct_cost", "allocated_cost", "cost_amount", "budget_used", "touches", "credited_deals",
      "credited_revenue", "come_share", "roi_so_far"];
    const title = text(`returns_by_${dimension}`);
    return panel(title, {
      wide: true, note: text("returns_note", {from: format.date(rows[0].from_day), to: format.date(rows[0].to_day)}),
      csv: {name: `returns-${dimension}`, columns: Object.keys(rows[0]), rows: () => [...allotted, ...rest].map((row) => Object.values(row))},
    }, summary(allotted), blocks.sortable(`returns-${dimension}`, title, [text(`dimension_${dimension}`),
      ...columns.map((column) => format.word(column, "column"))].map((words, at) => ({title: words, isNumber: at > 1})),
    allotted.map(cells), {classes: "many", last: [...rest.map((row) => Object.assign(cells(row), {classes: "unnamed"})), total(rows)]}));
  }

  /* Of letters: printing, postage and creation apart. */
  function letters(state) {
    const rows = store.rows("subjects/kpi_letter_costs");
    if (!rows.length || !isToday(state)) return null;
    const isNamed = (row) => row.campaign_id !== "(unallocated)";
    return blocks.plainTable(text("subject_kpi_letter_costs"), "kpi_letter_costs", rows.filter(isNamed), {
      columns: ["campaign_name", "first_on", "last_on", "letters", "printing_cost", "postage_cost", "creative_cost",
        "other_cost", "cost_amount", "cost_per_letter"],
      note: text("subject_kpi_letter_costs_note"), last: rows.filter((row) => !isNamed(row))});
  }

  /* Whether what is known of today may be said of the chosen period, or there is nothing to say. */
  const isBudgetKnown = (state) => isToday(state) || !store.has("subjects/kpi_campaign_returns");

  Object.assign(blocks, {budget, letters, isBudgetKnown});
})();
