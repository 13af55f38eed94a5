"use strict";
/* The data of the pages: what has been handed over, what must still be loaded, and how a value is
   found. Here belongs no text and no element. A page opened from disk may not fetch, so that data
   come as scripts that call `prospection.receive`. */
window.prospection = (() => {
  const received = new Map();
  const loading = new Map();
  const indexes = new Map();
  const tables = new Map();
  let recordMonths = null;

  function loadScript(address) {
    if (!loading.has(address)) {
      loading.set(address, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`cannot load ${address}`));
        document.head.append(script);
      }));
    }
    return loading.get(address);
  }

  const store = {
    start: null,

    receive(key, content) {
      received.set(key, content);
      if (key === "start") store.start = {...content, catalog: tableRows(content.catalog)};
    },

    /* Load the data files of these keys, as far as the version has them. */
    load(keys) {
      const missing = keys.filter((key) => !received.has(key) && store.start.files.includes(key));
      return Promise.all(missing.map((key) => loadScript(`data/${key}.js`)));
    },

    loadScript,

    has: (key) => received.has(key),

    content: (key) => received.get(key),

    /* A text of a language, or undefined. */
    text: (language, key) => (received.get(`texts/${language}`) || {})[key],

    /* The rows of a table, as objects; it is what came under the key, or lies within it. */
    rows(key, within = (content) => content) {
      if (!tables.has(key)) {
        tables.set(key, tableRows(within(received.get(key))));
      }
      return tables.get(key);
    },

    /* The months whose numbers have lists of their records, oldest first; none in a report. */
    recordMonths() {
      if (!recordMonths) {
        recordMonths = store.start.report ? [] : store.start.files.map((key) => /^records\/(\d.*)$/.exec(key))
          .filter(Boolean).map(([, month]) => month).sort();
      }
      return recordMonths;
    },

    /* Why no records are listed: `off`, `no_ids`, `too_many`; nothing where they are. */
    recordsWhy() {
      if (store.start.records !== "listed") return store.start.records;
      return store.start.report || store.recordMonths().length ? null : "too_many";
    },

    /* Whether the records of a period are listed: of a longer or shorter one by its months. */
    hasRecords(grain, period) {
      const months = store.recordMonths();
      return grain !== "day" && months.length > 0 &&
        (grain === "month" ? months.includes(period) : period >= months[0]);
    },

    subject(name) {
      const {count} = received.get(`subjects/${name}`) || {count: 0};
      return {rows: store.rows(`subjects/${name}`), count};
    },

    kpi: (id) => store.start.catalog.find((kpi) => kpi.kpi_id === id),

    /* The first of the usual statistics that a KPI has. */
    statistic(kpi) {
      const have = kpi.statistics.split("|");
      return store.start.statistics.find((name) => have.includes(name));
    },

    periods: (grain) => store.start.periods[grain] || [],

    /* The periods that can be chosen: those with values, and those to come that have a target. */
    choices: (grain) => [...store.periods(grain), ...store.start.ahead[grain] || []],

    dimension: (name) => store.start.dimensions.find((each) => each.name === name),

    values(dimension) {
      const found = store.dimension(dimension);
      return found ? found.values : [];
    },

    /* Every value of a series, oldest first. */
    series(kpiId, {grain, dimension = "all", value = "all", statistic} = {}) {
      const kpi = store.kpi(kpiId);
      if (!kpi) return [];
      const key = `${dimension}/${grain}`;
      if (!indexes.has(key)) indexes.set(key, index(key, grain, dimension));
      const cells = indexes.get(key).get(
        JSON.stringify([kpiId, statistic || store.statistic(kpi), value]));
      return cells || [];
    },

    /* One value, or null. */
    cell(kpiId, where) {
      return store.series(kpiId, where).find((cell) => cell.period === where.period) || null;
    },
  };

  /* The rows of a table that came by column; `columnar` in encoding.py. */
  function tableRows(table) {
    if (!table) return [];
    const columns = Object.entries(table.columns).map(([name, content]) =>
      [name, "only" in content ? () => content.only
        : content.words ? (at) => content.words[content.at[at]] : (at) => content[at]]);
    return Array.from({length: table.shown}, (_, at) =>
      Object.fromEntries(columns.map(([name, read]) => [name, read(at)])));
  }

  /* The cells of a series that came by column; `series` in reading.py. Of a column, 0 says that
     it is empty, 1 that its rule gives every value. */
  function seriesCells(facts, year) {
    const [places, flags, values, before, then, numerators, denominators, samples, lows, highs,
      targets, attainments] = facts;
    const {length} = [places, flags, values, numerators].find((each) => each.length > 1) || flags;
    const column = (content, at, rule) => (content === 1 ? rule() : content ? content[at] : null);
    const cells = Array.from({length}, (_, at) => {
      const flag = parseInt(flags[flags.length > 1 ? at : 0], 18);
      const denominator = column(denominators, at);
      const value = column(values, at, () => numerators[at] / denominator);
      return {
        place: places.length ? places[at] : places + at,
        value,
        numerator: column(numerators, at, () => value),
        denominator,
        sample_size: column(samples, at, () => denominator ?? value),
        ci_low: column(lows, at), ci_high: column(highs, at),
        target: column(targets, at), attainment: column(attainments, at),
        is_partial: flag % 2 === 1,
        is_mature: [null, true, false][Math.floor(flag / 2) % 3],
        is_reliable: [null, true, false][Math.floor(flag / 6)],
      };
    });
    const comparable = new Map(cells.filter((cell) => !cell.is_partial && cell.is_mature !== false)
      .map((cell) => [cell.place, cell.value]));
    const compare = (name, back, exceptions) => {
      for (const cell of cells) {
        cell[name] = comparable.has(cell.place) ? comparable.get(cell.place - back) ?? null : null;
      }
      const odd = new Map();
      for (let at = 0; exceptions && at < exceptions.length; at += 2) odd.set(exceptions[at], exceptions[at + 1]);
      for (const cell of cells) if (odd.has(cell.place)) cell[name] = odd.get(cell.place);
    };
    compare("previous_value", 1, before);
    compare("year_ago_value", year, then);
    return cells;
  }

  function index(key, grain, dimension) {
    const periods = store.periods(grain);
    const found = new Map();
    for (const [kpi, statistic, value, ...facts] of received.get(key) || []) {
      const own = {kpi, statistic, grain, dimension, value_id: value};
      found.set(JSON.stringify([kpi, statistic, value]), seriesCells(facts, store.start.year_ago[grain])
        .map((cell) => ({...own, ...cell, period: periods[cell.place]})));
    }
    return found;
  }

  Object.assign(store, {tableRows, seriesCells});
  return store;
})();
