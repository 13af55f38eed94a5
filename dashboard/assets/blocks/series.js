"use strict";
/* KPIs over time. */
(() => {
  const store = prospection;
  const {format, charts, blocks} = prospection;
  const {text} = format;

  /* Several KPIs over time, as one chart. `most` periods, up to the chosen one. */
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
      const name = format.kpiName(store.kpi(id));
      return {
        name: statistic ? `${name} (${text(`statistic_${statistic}`)})` : name,
        values: kept.map((cell) => (cell ? cell.value : null)), cells: kept,
        areSmall: settings.type === "bar" ? null : kept.map((cell) => Boolean(cell && blocks.isSmall(cell))),
        colour: settings.colours ? settings.colours[at] : at + 1,
        unit: store.kpi(id).unit,
      };
    });
    const first = periods.findIndex((_, at) => series.some((each) => each.values[at] !== null));
    if (first < 0) return null;
    const cut = series.map((each) => ({
      ...each, values: each.values.slice(first), cells: each.cells.slice(first),
      areSmall: each.areSmall && each.areSmall.slice(first),
    }));
    const known = kpis.map((id) => store.kpi(id)).find(Boolean);
    return charts.chart(title, {
      type: "line", isNamed: kpis.length > 1, ...settings, unit: known.unit,
      labels: periods.slice(first).map((start) => format.period(grain, start, true)), series: cut,
      name: settings.name || kpis.join("-"),
    });
  }

  Object.assign(blocks, {overTime});
})();
