"use strict";
/* The data of the pages: what has been handed over, what must still be loaded, and how a value is
   found. Here belongs no text and no element. A page opened from disk may not fetch, so that data
   come as scripts that call `prospection.receive`. */
window.prospection = (() => {
  // what a cell holds after the position of its period; `_CELL` in reading.py
  const CELL = [
    "value", "flags", "previous_value", "year_ago_value", "numerator", "denominator",
    "sample_size", "ci_low", "ci_high", "target", "attainment",
  ];
  const YEAR_AGO = {day: 364, week: 52, half_month: 24, month: 12, quarter: 4, year: 1};
  const STATISTICS = ["value", "in_window", "mean", "median", "to_date", "p90"];
  const received = new Map();
  const loading = new Map();
  const indexes = new Map();
  const tables = new Map();

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
      if (key === "start") store.start = content;
    },

    /* Load the data files of these keys, as far as the version has them. */
    load(keys) {
      const missing = keys.filter((key) => !received.has(key) && store.start.files.includes(key));
      return Promise.all(missing.map((key) => loadScript(`data/${key}.js`)));
    },

    loadScript,

    /* The rows of a table, as objects. */
    rows(key) {
      if (!tables.has(key)) {
        const {columns, rows} = received.get(key) || {columns: [], rows: []};
        tables.set(key, rows.map((row) =>
          Object.fromEntries(columns.map((name, at) => [name, row[at]]))));
      }
      return tables.get(key);
    },

    subject(name) {
      const {count} = received.get(`subjects/${name}`) || {count: 0};
      return {rows: store.rows(`subjects/${name}`), count};
    },

    kpi: (id) => store.start.catalog.find((kpi) => kpi.kpi_id === id),

    /* The first of the usual statistics that a KPI has. */
    statistic(kpi) {
      const have = kpi.statistics.split("|");
      return STATISTICS.find((name) => have.includes(name));
    },

    periods: (grain) => store.start.periods[grain] || [],

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

  function index(key, grain, dimension) {
    const periods = store.periods(grain);
    const found = new Map();
    for (const [kpi, statistic, value, cells] of received.get(key) || []) {
      const earlier = new Map(cells.map(([position, amount]) => [position, amount]));
      found.set(JSON.stringify([kpi, statistic, value]), cells.map(([position, ...facts]) => {
        const cell = {kpi, statistic, grain, dimension, value_id: value, period: periods[position]};
        CELL.forEach((name, at) => { cell[name] = facts[at] ?? null; });
        if (cell.flags & 32) cell.numerator = cell.value;
        if (cell.flags & 64) cell.sample_size = cell.value;
        if (cell.flags & 128) cell.sample_size = cell.denominator;
        if (cell.flags & 256) cell.previous_value = earlier.get(position - 1);
        if (cell.flags & 512) cell.year_ago_value = earlier.get(position - YEAR_AGO[grain]);
        cell.is_partial = Boolean(cell.flags & 1);
        cell.is_mature = cell.flags & 2 ? true : cell.flags & 4 ? false : null;
        cell.is_reliable = cell.flags & 8 ? true : cell.flags & 16 ? false : null;
        return cell;
      }));
    }
    return found;
  }

  return store;
})();
