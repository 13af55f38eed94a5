"use strict";
/* Tables: KPIs by the values of a dimension, rows of a subject mart as they are. */
(() => {
  const store = prospection;
  const {format, elements, blocks} = prospection;
  const {h, figure, panel} = elements;
  const {text} = format;
  const MANY_COLUMNS = 10;

  /* What a table of segments shows of each, all of one period: of cohorts the newest that are final. */
  function segmentCells(id, dimension, state) {
    const all = store.values(dimension).map(([value]) => [value, store.series(id, {grain: state.grain, dimension, value})]);
    const isCohort = store.kpi(id).shape === "cohort";
    const isShown = (cell) => cell.period <= state.period && (!isCohort || cell.is_mature);
    const period = isCohort ? all.flatMap(([, cells]) => cells.filter(isShown).map((cell) => cell.period)).sort().at(-1)
      : state.period;
    return new Map(all.map(([value, cells]) => [value, cells.find((cell) => cell.period === period && isShown(cell)) || null]));
  }

  /* Which cohorts those are, where they are not of the chosen period. */
  function cohortNote(cells, state) {
    const older = cells.filter((cell) => cell && cell.period !== state.period);
    if (!older.length) return null;
    const periods = [...new Set(older.map((cell) => cell.period))].sort();
    const [from, to] = [periods[0], periods.at(-1)].map((period) => format.period(state.grain, period));
    return text(from === to ? "cohorts_final" : "cohorts_final_between", {period: to, from, to});
  }

  /* A table of KPIs by the values of a dimension, in one period. */
  function byDimension(title, dimension, kpis, state, settings = {}) {
    if (!store.values(dimension).some(([value]) => format.isNamed(value))) return null; // nobody supplies it
    const columns = kpis.filter((id) => store.kpi(id));
    const found = columns.map((id) => segmentCells(id, dimension, state));
    const rows = store.values(dimension).map(([value]) => ({
      value, cells: found.map((cells) => cells.get(value)),
    })).filter((row) => row.cells.some((cell) => cell && cell.value !== 0));
    const kept = columns.map((_, at) => rows.some((row) => row.cells[at]));
    const names = columns.filter((_, at) => kept[at]);
    if (!rows.length || !names.length) return null;
    for (const row of rows) row.cells = row.cells.filter((_, at) => kept[at]);
    rows.sort((one, other) => (other.cells[0]?.value ?? -1) - (one.cells[0]?.value ?? -1));
    const line = (row) => Object.assign([format.label(dimension, row.value), ...row.cells.map((cell, at) =>
      blocks.cell(measured(cell, largest[at]), cell && cell.value))], {classes: format.isNamed(row.value) ? "" : "unnamed"});
    const [named, unnamed] = [true, false].map((is) => rows.filter((row) => format.isNamed(row.value) === is));
    const largest = names.map((_, at) => Math.max(...rows.map((row) => row.cells[at]?.value ?? 0)));
    const heads = [text(`dimension_${dimension}`), ...names.map((id) => format.kpiName(store.kpi(id), state.grain))];
    const links = [null, ...names.map((id) => blocks.kpiName(id, {grain: state.grain}))];
    return panel(title, {
      wide: true,
      note: format.sentences(settings.note, blocks.notFilteredBy(state, dimension),
        cohortNote(rows.flatMap((row) => row.cells), state), rows.some((row) =>
        row.cells.some((cell) => cell && blocks.isSmall(cell))) ? text("asterisk") : null,
      ...["period", "start"].map((why) => rows.some((row) =>
        row.cells.some((cell) => cell && blocks.exceeds(cell) === why)) ? text(`dagger_${why}`) : null)),
      csv: {name: `${dimension}-${state.grain}-${state.period}`, columns: heads, rows: () =>
        [...named, ...unnamed].map((row) => [format.label(dimension, row.value), ...row.cells.map((cell) => cell && cell.value)])},
    }, blocks.sortable(`by-${dimension}`, title, heads.map((name, at) => ({title: name, head: links[at], isNumber: at > 0})),
      named.map(line), {last: unnamed.map(line), classes: heads.length > MANY_COLUMNS ? "many" : ""}));
  }

  /* A number over a bar that tells its share of the largest one of its column. */
  function measured(cell, largest) {
    if (!cell) return null;
    const kpi = store.kpi(cell.kpi);
    if (kpi.unit === "amount" && cell.value === 0) return null; // nothing was booked on it, not for free
    const isSmall = blocks.isSmall(cell);
    const isAmount = ["count", "amount"].includes(kpi.unit) && cell.denominator === null;
    const bar = isAmount && largest > 0
      ? h("span", {class: "share", "aria-hidden": "true",
        style: `width:${(Math.max(0, cell.value) / largest) * 100}%`}) : null;
    return h("span", {class: isSmall ? "measured small" : "measured",
      title: isSmall ? text("mark_small", {n: format.count(cell.sample_size ?? 0)}) : null},
    bar, figure(cell, "value", {isShort: true}),
    isSmall ? h("span", {class: "asterisk", "aria-label": text("small_sample")}, "*") : null,
    blocks.exceeds(cell) ? h("span", {class: "asterisk", "aria-label": text(`mark_over_${blocks.exceeds(cell)}`)}, "\u2020") : null);
  }

  const KINDS = [
    [/(^|_)roi$/, "percent"],
    [/(_rank|_count)$/, "count"],
    [/(rate|share|probability|conversion|attainment|retention|survival|converted)(_.*)?$/, "rate"],
    [/(amount|revenue|cost|cac|margin|budget|pipeline)(_.*)?$/, "amount"],
  ];

  function shownValue(column, value) {
    if (value === null || value === undefined) return format.NOTHING;
    if (typeof value === "boolean") return text(value ? "yes" : "no");
    const kind = (KINDS.find(([pattern]) => pattern.test(column)) || [])[1];
    if (typeof value === "number") {
      if (kind === "rate" || kind === "percent") return format.value(kind, value);
      if (kind === "amount") return format.value("amount", value);
      return Number.isInteger(value) ? format.count(value) : format.value("ratio", value);
    }
    if (/^\(\w[\w ]*\)$/.test(value)) return format.special(value);
    if (/^\d{4}-\d\d-\d\d/.test(value)) return format.date(value);
    if (column === "kpi_id") return store.kpi(value) ? format.kpiName(store.kpi(value)) : value;
    if (column === "dimension") return text(`dimension_${value}`);
    if (column === "channel") return format.word(value, "channel");
    if (column === "sample_adequacy") return format.word(value, "adequacy");
    if (column === "cost_type") return format.word(value, "cost");
    if (column === "nature") return format.word(value, "nature");
    if (column.endsWith("stage")) return format.word(value, "stage");
    return String(value);
  }

  const columnTitle = (name) => format.word(name, "column");

  /* A table of rows as they are, `last` those that belong to none. Columns that say nothing are left out. */
  function plainTable(title, name, rows, {columns, note, count, folded, most, last = [], wide = true} = {}) {
    if (!rows.length) return null;
    const csvRows = [...rows, ...last];
    const have = columns ? columns.filter((column) => column in rows[0]) : Object.keys(rows[0]);
    const kept = have.filter((column) => rows.some((row) => row[column] !== null) &&
      !(have.includes(`${column.replace(/_(id|value|key)$/, "")}_label`) && /_(id|value|key)$/.test(column)));
    const numeric = (column) => rows.some((row) => typeof row[column] === "number");
    const isRaw = (value) => typeof value === "number" || /^\d{4}-\d\d-\d\d/.test(value);
    const content = (column, value, row) => blocks.cell(column === "kpi_id" ? blocks.kpiName(value, {grain: row.grain})
      : shownValue(column, value), isRaw(value) ? value : shownValue(column, value));
    const line = (row) => kept.map((column) => content(column, row[column], row));
    return panel(title, {
      wide, folded,
      note: format.sentences(note, count > rows.length ? text("rows_shown", {shown: rows.length, all: count}) : null),
      csv: {name, columns: have, rows: () => csvRows.map((row) => have.map((column) => row[column]))},
    }, blocks.sortable(name, title,
      kept.map((column) => ({title: columnTitle(column), isNumber: numeric(column)})),
      rows.map(line), {most, last: last.map((row) => Object.assign(line(row), {classes: "unnamed"}))}));
  }

  /* The rows of a subject mart that belong to what is chosen. */
  const segment = (name, state) => store.rows(`subjects/${name}/${state.dimension}`)
    .filter((row) => row.dimension_value === state.value);

  /* Of rows by grain and period those of the chosen period, else of the newest one before it. */
  function ofPeriod(rows, state) {
    const grains = [state.grain, "month", "quarter", "year"];
    const grain = grains.find((each) => rows.some((row) => row.grain === each));
    const own = rows.filter((row) => row.grain === grain);
    const starts = [...new Set(own.map((row) => row.period_start))].sort();
    const period = starts.filter((start) => start <= state.period).at(-1) || starts.at(-1);
    return {grain, period, rows: own.filter((row) => row.period_start === period)};
  }

  /* A subject mart as a table. */
  function subject(name, settings = {}) {
    const {rows, count} = store.subject(name);
    return plainTable(text(`subject_${name}`), name, rows, {
      count, note: format.isKnown(`subject_${name}_note`) ? text(`subject_${name}_note`) : null,
      ...settings,
    });
  }

  Object.assign(blocks, {byDimension, segmentCells, cohortNote, measured, plainTable, segment, ofPeriod, subject});
})();
