"use strict";
/* What a page says first: the sentences of `kpi_conclusions`, as they could be said at the end of the
   chosen period. Which ones, in which order, is the mart's; here are only their words. */
(() => {
  const store = prospection;
  const {format, elements, blocks} = prospection;
  const {h} = elements;
  const {text} = format;
  const MOST_SENTENCES = 3; // of a page
  const MOST_PAGES = 5; // that the overview tells of
  const SUREST = 0.999; // more is not told apart

  /* The month at whose end the chosen period was over; of a running one that of the data. */
  function seenIn(state) {
    const end = format.end(state.grain, state.period);
    if (end >= store.start.as_of) return `${store.start.as_of.slice(0, 7)}-01`;
    const month = `${end.slice(0, 7)}-01`;
    if (format.end("month", month) === end) return month;
    const before = new Date(`${month}T12:00:00Z`);
    before.setUTCMonth(before.getUTCMonth() - 1);
    return before.toISOString().slice(0, 10);
  }

  /* The rows that a page says, the first one first. */
  function conclusionsOf(page, state, isFiltered = true) {
    const month = seenIn(state);
    const rows = store.rows("subjects/kpi_conclusions").filter((row) => row.month === month)
      .sort((one, other) => one.overall_rank - other.overall_rank);
    if (isFiltered && state.dimension !== "all") {
      return rows.filter((row) => row.dimension === state.dimension && row.dimension_value === state.value &&
        (page === "overview" || row.page === page || row.page === "team")).slice(0, MOST_SENTENCES);
    }
    if (page === "overview") {
      return rows.filter((row) => !row.is_part_of_whole && (row.page_rank === 1 || row.page === "overview"))
        .slice(0, MOST_PAGES);
    }
    return rows.filter((row) => row.page === page && (!row.is_part_of_whole || page === "team"))
      .slice(0, MOST_SENTENCES);
  }

  /* A whole number of something that was reckoned, never less than one. */
  const whole = (value) => Math.max(1, Math.round(Math.abs(value)));

  const counted = (key, n, values) => text(`${key}_${n === 1 ? "one" : "more"}`, {...values, n: format.count(n)});

  /* What a movement is worth, as the end of a sentence. */
  function worth(row) {
    const side = (value) => (value < 0 ? "fewer" : "further");
    const cases = `cases_of_${row.subject}`;
    if (row.worth_customers !== null && Math.abs(row.worth_customers) >= 0.5) {
      return counted(`worth_customers_${side(row.worth_customers)}`, whole(row.worth_customers));
    }
    if (row.worth_amount !== null) {
      return text(row.worth_amount < 0 ? "worth_amount_saved" : "worth_amount_spent",
        {amount: format.value("amount", Math.abs(row.worth_amount), true)});
    }
    if (row.worth_cases !== null && store.start.texts[cases]) {
      return text(`worth_cases_${side(row.worth_cases)}`, {n: format.count(whole(row.worth_cases)), cases: text(cases)});
    }
    return null;
  }

  const WRITTEN = {
    step: (row, values) => text(row.value < row.expected_value ? "conclusion_step_fell" : "conclusion_step_rose",
      {...values, what: text(`step_of_${row.subject}`)}),
    kpi: (row, values) => text("conclusion_kpi", values) +
      (row.since < row.period_start ? text(row.value < row.expected_value ? "conclusion_down" : "conclusion_up", values) : ""),
    variant: (row, values) => counted("conclusion_variant", whole(row.worth_cases), values),
    unallotted_cost: (row, values) => text("conclusion_unallotted_cost", values),
    thin_margin: (row, values) => text("conclusion_thin_margin", values),
    concentration: (row, values) => text("conclusion_concentration", values),
    slippage: (row, values) => text("conclusion_slippage", values),
    target_missed: (row, values) => text("conclusion_target_missed", values),
    target_at_risk: (row, values) => text("conclusion_target_at_risk", values),
  };
  const RATES = ["step", "variant", "unallotted_cost", "concentration", "slippage"];
  const MOVEMENTS = ["kpi", "step"];

  function unitOf(row) {
    if (RATES.includes(row.kind)) return "rate";
    return row.kind === "thin_margin" ? "count" : format.unit(store.kpi(row.subject) || {unit: "ratio"});
  }

  /* A conclusion as one sentence: what, where, since when, what it is worth. */
  function sentence(row) {
    const unit = unitOf(row);
    const label = row.dimension === "channel" ? format.word(row.dimension_label, "channel")
      : format.special(row.dimension_label);
    const segment = row.dimension === "all" ? null : format.named(text(`dimension_${row.dimension}`), label);
    const said = WRITTEN[row.kind](row, {
      name: store.kpi(row.subject) ? format.kpiName(store.kpi(row.subject), row.grain) : row[`name_${format.language()}`], message: row.subject, label, segment,
      value: format.value(unit, row.value, true), expected: format.value(unit, row.expected_value, true),
      sample: format.count(row.sample_size),
      since: row.since && format.period(row.grain === "quarter" ? "month" : row.grain, row.since),
      period: row.period_start && format.period(row.grain, row.period_start),
      within: row.period_start && format.inPeriod(row.grain, row.period_start),
      missing: row.expected_value === null ? null : format.value(unit, Math.abs(row.expected_value - row.value), true),
      amount: row.worth_amount === null ? null : format.value("amount", Math.abs(row.worth_amount), true),
    });
    const end = MOVEMENTS.includes(row.kind) && worth(row);
    const isAbout = segment && MOVEMENTS.includes(row.kind);
    return (isAbout ? `${segment}. ` : "") + said + (end ? ` \u2013 ${end}` : "") +
      (end && row.kind === "step" ? ` ${format.inPeriod(row.grain, row.period_start)}` : "") + ".";
  }

  const sureness = (row) => (row.confidence === null ? null
    : text("conclusion_sure", {share: row.confidence > SUREST ? `> ${format.value("rate", SUREST)}`
      : format.value("rate", row.confidence)}));

  function advice(row) {
    const own = row[`advice_${format.language()}`];
    if (own) return format.sentences(own);
    const key = row.kind === "step" ? `look_step_${row.subject}` : `look_${row.kind}`;
    return store.start.texts[key] ? text(key) : null;
  }

  function linkTo(row) {
    if (store.start.report) return null;
    const address = new URLSearchParams(location.hash.slice(1));
    address.set("page", row.page);
    return h("a", {href: `#${address}`}, text("conclusion_see", {page: text(`page_${row.page}`)}));
  }

  /* From a sentence about a KPI to its line, in the segment that it is about. */
  function trendLink(row) {
    if (row.kind !== "kpi" || !store.kpi(row.subject) || store.start.report) return null;
    const changes = {grain: row.grain, period: row.period_start, dimension: row.dimension, value: row.dimension_value};
    return [" ", h("a", {href: blocks.trendAddress(row.subject, changes)}, text("trend"))];
  }

  /* The sentences of a page, or that there is nothing to say. Nothing where a version has no such table. */
  function conclusions(page, state, {isFiltered = true, said = []} = {}) {
    if (!store.has("subjects/kpi_conclusions")) return null;
    const all = conclusionsOf(page, state, isFiltered);
    const rows = all.filter((row) => !said.includes(row));
    if (all.length && !rows.length) return null; // it has been said
    const isOf = isFiltered && state.dimension !== "all";
    if (!rows.length) {
      return h("section", {class: "conclusions none", "aria-label": text("conclusions")},
        h("p", {}, text(isOf ? "nothing_moved_here" : "nothing_moved")));
    }
    return sentences(rows, {page, isOf});
  }

  function sentences(rows, {page, isOf = true} = {}) {
    return h("section", {class: "conclusions", "aria-label": text("conclusions")},
      h("ul", {}, rows.map((row) => h("li", {class: row.is_worse ? "worse" : "better"},
        h("p", {dir: "auto"}, sentence(row),
          row.is_part_of_whole && !isOf ? h("span", {class: "soft"}, ` ${text("conclusion_part")}`) : null),
        h("p", {class: "soft", dir: "auto"}, [sureness(row), advice(row)].filter(Boolean).join(" "),
          page === "overview" && row.page !== "overview" ? [" ", linkTo(row)] : null, trendLink(row))))));
  }

  /* What is concluded of one KPI, about what is chosen; nothing when there is nothing. */
  function conclusionsOn(kpiId, state) {
    const rows = store.rows("subjects/kpi_conclusions").filter((row) => row.month === seenIn(state) && row.subject === kpiId &&
      row.dimension === state.dimension && row.dimension_value === state.value);
    return rows.length ? sentences(rows) : null;
  }

  Object.assign(blocks, {conclusions, conclusionsOn, conclusionsOf, sentence, seenIn});
})();
