"use strict";
/* What a page says first: the sentences of `kpi_conclusions`, as they could be said at the end of the
   chosen period. Which ones there are, in which order, is the mart's; their words come with them
   (`sentences.py`), so that whoever tells them says the same. */
(() => {
  const store = prospection;
  const {format, elements, blocks} = prospection;
  const {h} = elements;
  const {text} = format;
  const MOST_SENTENCES = 3; // of a page
  const MOST_PAGES = 5; // that the overview tells of

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

  /* What is said of the chosen period: what could be said at its end; of the newest one that is over
     besides which message wins, which is known of today alone. A report is of its period. */
  function saidOf(state) {
    const month = seenIn(state);
    const today = store.start.report || blocks.isBeforeToday(state) ? month : `${store.start.as_of.slice(0, 7)}-01`;
    return store.rows("subjects/kpi_conclusions")
      .filter((row) => row.month === month || (row.month === today && row.kind === "variant"));
  }

  /* The rows that a page says, the first one first. */
  function conclusionsOf(page, state, isFiltered = true) {
    const rows = saidOf(state).sort((one, other) => one.overall_rank - other.overall_rank);
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

  function linkTo(row) {
    if (store.start.report) return null;
    const address = new URLSearchParams(location.hash.slice(1));
    address.set("page", row.page);
    return h("a", {href: `#${address}`}, text("conclusion_see", {page: text(`page_${row.page}`)}));
  }

  const LEAST_MONTHS = 7; // one beside six before: with fewer nothing is tested

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
        h("p", {}, text(store.start.months < LEAST_MONTHS ? "nothing_tested"
          : isOf ? "nothing_moved_here" : "nothing_moved")));
    }
    return sentences(rows, {page, isOf});
  }

  function sentences(rows, {page, isOf = true} = {}) {
    const language = format.language();
    return h("section", {class: "conclusions", "aria-label": text("conclusions")},
      h("ul", {}, rows.map((row) => h("li", {class: row.is_worse ? "worse" : "better"},
        h("p", {dir: "auto"}, row[`sentence_${language}`],
          row.is_part_of_whole && !isOf ? h("span", {class: "soft"}, ` ${text("conclusion_part")}`) : null),
        h("p", {class: "soft", dir: "auto"}, row[`remarks_${language}`],
          page === "overview" && row.page !== "overview" ? [" ", linkTo(row)] : null, trendLink(row))))));
  }

  /* What is concluded of one KPI, about what is chosen; nothing when there is nothing. */
  function conclusionsOn(kpiId, state) {
    const rows = store.rows("subjects/kpi_conclusions").filter((row) => row.month === seenIn(state) && row.subject === kpiId &&
      row.dimension === state.dimension && row.dimension_value === state.value);
    return rows.length ? sentences(rows) : null;
  }

  Object.assign(blocks, {conclusions, conclusionsOn, conclusionsOf, seenIn});
})();
