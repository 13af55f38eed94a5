"use strict";
/* The trend of one KPI: its line with interval, target and marks, and every value behind it. */
(() => {
  const store = prospection;
  const {format, elements, charts, blocks} = prospection;
  const {h, figure} = elements;
  const {text} = format;
  const MOST_PERIODS = {day: 92, week: 53, half_month: 49, month: 37, quarter: 21, year: 11};
  const listed = (words) => (words ? words.split("|") : null);

  /* What of the chosen view a KPI is published for: else the next longer period, else everything. */
  function reach(kpi, state) {
    const dimensions = listed(kpi.dimensions);
    const isPublished = state.dimension === "all" || !dimensions || dimensions.includes(state.dimension);
    const dimension = isPublished ? state.dimension : "all";
    const grains = dimension === "all" ? store.start.grains : store.dimension(dimension).grains;
    const own = grains.filter((grain) => (listed(kpi.grains) || grains).includes(grain));
    const order = store.start.grains;
    const grain = own.includes(state.grain) ? state.grain
      : own.find((each) => order.indexOf(each) > order.indexOf(state.grain)) || own.at(-1) || state.grain;
    const until = format.end(state.grain, state.period);
    const periods = store.periods(grain);
    const period = grain === state.grain ? state.period
      : periods.filter((start) => format.end(grain, start) <= until).at(-1) || periods[0];
    return {...state, dimension, value: isPublished ? state.value : "all", grain, period};
  }

  /* The key of the data that the trend of a KPI needs. */
  const trendKey = (kpi, state) => {
    const {dimension, grain} = reach(kpi, state);
    return `${dimension}/${grain}`;
  };

  /* What of the chosen view the trend cannot show. */
  function unreached(kpi, state) {
    const at = reach(kpi, state);
    return [
      at.dimension === state.dimension ? null
        : text("trend_not_by", {dimension: text(`dimension_${state.dimension}`)}),
      at.grain === state.grain ? null
        : text("trend_not_per", {grain: text(`grain_${state.grain}`).toLowerCase(), own: text(`grain_${at.grain}`).toLowerCase()}),
    ].filter(Boolean);
  }

  /* The values of a statistic up to the chosen period, one a period, null where there is none. */
  function line(kpi, at, statistic) {
    const cells = store.series(kpi.kpi_id, {...blocks.where(at), statistic});
    const until = format.end(at.grain, at.period);
    return store.periods(at.grain).filter((start) => start <= until).slice(-MOST_PERIODS[at.grain])
      .map((start) => cells.find((cell) => cell.period === start) || {period: start, value: null, isNone: true});
  }

  const isFinal = (cell) => !cell.is_partial && cell.is_mature !== false;
  const valueOf = (cell) => cell.value;

  /* Values that still grow, joined to the last one that no longer does: else they look like a fall. */
  function young(cells) {
    const at = cells.findIndex((cell) => !cell.isNone && cell.is_mature === false && !cell.is_partial);
    if (at < 0) return null;
    return cells.map((cell, place) => {
      const isYoung = cell.is_mature === false && !cell.is_partial;
      const joins = place === at - 1 && isFinal(cell);
      return isYoung || joins ? cell.value : null;
    });
  }

  /* The lines of a KPI: its statistics, the first with interval and what is not final yet; its target. */
  function linesOf(kpi, at) {
    const main = store.statistic(kpi);
    const others = listed(kpi.statistics).filter((name) => name !== main);
    const name = format.kpiName(kpi, at.grain);
    const of = (statistic) => (others.length ? `${name} (${text(`statistic_${statistic}`)})` : name);
    const cells = line(kpi, at, main);
    const kept = (some, read) => some.map((cell) => (isFinal(cell) ? read(cell) ?? null : null));
    const hasInterval = cells.some((cell) => isFinal(cell) && (cell.ci_low ?? null) !== null);
    const series = [{
      name: of(main), kpi: kpi.kpi_id, colour: 1, values: kept(cells, valueOf), isBand: hasInterval,
      low: hasInterval ? kept(cells, (cell) => cell.ci_low ?? cell.value) : null,
      high: hasInterval ? kept(cells, (cell) => cell.ci_high ?? cell.value) : null,
      areSmall: cells.map((cell) => !cell.isNone && blocks.isSmall(cell)),
    }];
    const moving = young(cells);
    if (moving) series.push({name: text("trend_young"), values: moving, colour: 8, isDashed: true});
    others.forEach((statistic, place) => series.push({
      name: of(statistic), colour: place + 2, values: kept(line(kpi, at, statistic), valueOf), isPlain: true}));
    if (cells.some((cell) => (cell.target ?? null) !== null)) {
      series.push({name: text(kpi.better === "down" ? "limit" : "target"), colour: 9, isDashed: true, isPlain: true,
        values: cells.map((cell) => cell.target ?? null)});
    }
    return {cells, series};
  }

  /* What a reader of the line should know. */
  function notes(kpi, at, cells) {
    const running = cells.at(-1);
    const isRunning = running && running.is_partial && !running.isNone;
    return [
      cells.some((cell) => cell.is_mature === false && !cell.is_partial) ? text("trend_young_note", {days: kpi.window_days}) : null,
      isRunning ? text("trend_running", {period: format.period(at.grain, running.period),
        value: format.value(format.unit(kpi), running.value)}) : null,
    ];
  }

  /* Every value behind the line, the newest first. */
  function valuesOf(kpi, cells) {
    const known = cells.filter((cell) => !cell.isNone).reverse();
    const has = (field) => known.some((cell) => (cell[field] ?? null) !== null);
    const unit = format.unit(kpi);
    const side = kpi.unit === "amount" ? "amount" : "count";
    const fields = [["value", unit], ["ci_low", unit], ["ci_high", unit], ["numerator", side], ["denominator", "count"],
      ["sample_size", "count"], ["target", unit]].filter(([field]) => has(field));
    const title = {value: "value", ci_low: "interval_from", ci_high: "interval_until", numerator: "numerator",
      denominator: "denominator", sample_size: "sample", target: "target"};
    const columns = [text("period"), ...fields.map(([field]) => text(title[field])), text("remarks")];
    return {
      columns,
      rows: () => known.map((cell) => [cell.period, ...fields.map(([field]) => cell[field]),
        blocks.marks(cell).map((mark) => mark.textContent).join(", ")]),
      shown: known.map((cell) => [format.period(cell.grain, cell.period),
        ...fields.map(([field, own]) => figure(cell, field, {unit: own})),
        h("span", {class: "marks"}, blocks.marks(cell))]),
      isNumber: columns.map((_, place) => place > 0 && place <= fields.length),
    };
  }

  /* The trend of a KPI as a panel; nothing where it has no value. `isShort`: without what stands in its own view. */
  function trend(kpiId, state, {isShort = false, title, ...settings} = {}) {
    const kpi = store.kpi(kpiId);
    if (!kpi) return null;
    const at = reach(kpi, state);
    const {cells, series} = linesOf(kpi, at);
    if (!cells.some((cell) => !cell.isNone && !cell.is_partial)) return null; // a target alone is no trend
    const shown = isShort ? series.filter((each) => !each.isPlain || each.name === text("target")) : series;
    return charts.chart(title || format.kpiName(kpi, at.grain), {
      type: "line", isTime: true, unit: format.unit(kpi), name: `trend-${kpiId}`,
      head: isShort ? blocks.kpiName(kpiId, {grain: at.grain}) : null,
      note: format.sentences(...isShort ? [at.grain === state.grain ? null : text("trend_per", {
        grain: text(`grain_${at.grain}`).toLowerCase()})] : notes(kpi, at, cells)),
      labels: cells.map((cell) => format.period(at.grain, cell.period, true)), series: shown,
      table: isShort ? null : valuesOf(kpi, cells), ...settings,
    });
  }

  Object.assign(blocks, {reach, trendKey, unreached, trend});
})();
