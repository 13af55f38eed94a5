"use strict";
/* KPIs over time. */
(() => {
  const store = prospection;
  const {format, elements, charts, blocks} = prospection;
  const {h} = elements;
  const {text} = format;

  /* Several KPIs over time, as one chart; without a title the first one's name. `most` periods, up to the chosen one. */
  function overTime(title, kpis, state, settings = {}) {
    const {grain = state.grain, most = grain === "week" ? 26 : 13, statistics} = settings;
    const all = store.periods(grain);
    const last = all.filter((start) => start <= format.end(state.grain, state.period));
    const periods = last.slice(-most);
    const series = kpis.filter((id) => store.kpi(id)).map((id, at) => {
      const statistic = statistics && statistics[at];
      const cells = store.series(id, {...blocks.where(state), grain, statistic});
      const found = periods.map((start) => cells.find((cell) => cell.period === start) || null);
      const kept = found.map((cell) => (cell && cell.is_mature !== false && !cell.is_partial ? cell : null));
      const name = format.kpiName(store.kpi(id), grain);
      return {
        kpi: id, name: statistic ? `${name} (${text(`statistic_${statistic}`)})` : name,
        values: kept.map((cell) => (cell ? cell.value : null)), cells: kept,
        areSmall: settings.type === "bar" ? null : kept.map((cell) => Boolean(cell && blocks.isSmall(cell))),
        colour: settings.colours ? settings.colours[at] : at + 1,
        unit: format.unit(store.kpi(id)),
      };
    });
    const drawn = new Set(series.filter((each) => each.values.some((value) => value !== null)).map((each) => each.kpi));
    if (!drawn.size) return null;
    const known = kpis.map((id) => store.kpi(id)).find(Boolean);
    const shown = title || format.kpiName(known, grain);
    return charts.chart(shown, {
      type: "line", isTime: true, isNamed: kpis.length > 1, ...waysToTrends(shown, [...drawn], grain), ...settings,
      unit: format.unit(known), labels: periods.map((start) => format.period(grain, start, true)), series,
      name: settings.name || kpis.join("-"),
    });
  }

  /* From a chart to the trends of its KPIs: by its title where it has one, else by a line below it. */
  function waysToTrends(title, kpis, grain) {
    if (store.start.report) return {};
    if (kpis.length === 1) return {head: blocks.kpiName(kpis[0], {words: title, changes: {grain}})};
    return {links: trendLinks(kpis, {grain})};
  }

  /* A line of links to the trends of some KPIs. */
  const trendLinks = (kpis, changes) => (store.start.report ? null : h("p", {class: "links"}, text("trends_here"),
    kpis.map((id, at) => [at ? " \u00b7 " : " ", blocks.kpiName(id, {grain: changes.grain, changes})])));

  Object.assign(blocks, {overTime, trendLinks});
})();
