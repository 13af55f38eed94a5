"use strict";
/* The names of KPIs: each leads to its trend, which has an address of its own. */
(() => {
  const store = prospection;
  const {format, elements, blocks} = prospection;
  const {h} = elements;
  const {text} = format;

  /* The address of a KPI's trend, with what is chosen now. */
  function trendAddress(kpiId, changes = {}) {
    const address = new URLSearchParams(location.hash.slice(1));
    for (const [name, setting] of Object.entries({page: "trends", kpi: kpiId, ...changes})) address.set(name, setting);
    return `#${address}`;
  }

  /* The name of a KPI as a link to its trend; in a report, which has none, the name alone. */
  function kpiName(kpiId, {grain, words, changes} = {}) {
    const kpi = store.kpi(kpiId);
    const shown = words || (kpi ? format.kpiName(kpi, grain) : kpiId);
    if (!kpi || store.start.report) return h("span", {dir: "auto"}, shown);
    return h("a", {class: "kpi", dir: "auto", href: trendAddress(kpiId, changes), title: text("trend_of", {kpi: shown})},
      elements.breakable(shown));
  }

  /* The same for a KPI that may be no longer in the catalogue: then what the row calls it. */
  const namedRow = (row) => kpiName(row.kpi_id, {
    words: store.kpi(row.kpi_id) ? format.kpiName(store.kpi(row.kpi_id), row.grain) : row[`name_${format.language()}`]});

  Object.assign(blocks, {kpiName, namedRow, trendAddress});
})();
