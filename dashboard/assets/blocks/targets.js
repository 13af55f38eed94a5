"use strict";
/* Targets: what was aimed at, what is reached, what is missing. */
(() => {
  const store = prospection;
  const {format, elements, blocks} = prospection;
  const {h, panel} = elements;
  const {text} = format;
  const {MOST_SHOWN} = blocks;

  /* The targets of the periods that the chosen one lies in, those of what is chosen first and the
     longest before: are they within reach, and what is missing? With `isOwnOnly` no others. */
  function targets(state, kpis, {isOwnOnly = false} = {}) {
    const last = format.end(state.grain, state.period);
    const all = store.rows("subjects/kpi_targets");
    const isOther = (row) => row.dimension !== state.dimension || row.dimension_value !== state.value;
    // of a period that is over nothing is told that was only known later
    const isOver = last < store.start.as_of;
    const rows = all.filter((row) => row.period_start <= state.period && row.period_end >= last)
      .filter((row) => !isOver || row.period_end <= last)
      .filter((row) => !kpis || kpis.includes(row.kpi_id))
      .sort((one, other) => isOther(one) - isOther(other) || other.period_end.localeCompare(one.period_end) ||
        one.period_start.localeCompare(other.period_start));
    if (!rows.some((row) => !isOwnOnly || !isOther(row))) return null;
    const isShown = rows.some((row) => !isOther(row)) ? (row) => !isOther(row) : () => true;
    const shown = rows.filter(isShown);
    const of = (row) => format.unit(store.kpi(row.kpi_id) || {unit: "ratio"});
    const whole = (row, value) => (of(row) === "count" && value !== null ? Math.round(value) : value);
    const columns = ["kpi_id", "period_start", "target", "actual", "status", "projected_end",
      "needed_per_week", "contacts_needed"];
    const isNumber = (name) => !["kpi_id", "period_start", "status"].includes(name);
    const table = (some) => elements.table(text("subject_kpi_targets"),
      columns.map((name) => ({title: format.word(name, "column"), isNumber: isNumber(name)})),
      some.slice(0, MOST_SHOWN).map((row) => [
        h("span", {}, h("span", {class: "clamp", dir: "auto"}, blocks.namedRow(row)),
          row.dimension === "all" ? null : h("span", {class: "soft clamp", dir: "auto"},
            format.named(text(`dimension_${row.dimension}`), format.label(row.dimension, row.dimension_value)))),
        format.period(row.grain, row.period_start),
        format.value(of(row), row.target), format.value(of(row), row.actual),
        blocks.status(row.status) || format.NOTHING, format.value(of(row), whole(row, row.projected_end)),
        format.value(of(row), row.needed_per_week),
        // of a period that has not begun, what is in progress may be all that it takes
        format.value("count", row.elapsed_days > 0 ? row.contacts_needed : null)]));
    return panel(text("subject_kpi_targets"), {
      wide: true, note: format.sentences(text("subject_kpi_targets_note"), blocks.howMany(shown)),
      csv: {name: "targets", columns: Object.keys(all[0]), rows: () => all.map((row) => Object.values(row))},
    }, table(shown), shown.length < rows.length && !isOwnOnly ? h("details", {class: "data"},
      h("summary", {}, text("targets_of_segments", {n: rows.length - shown.length})),
      table(rows.filter((row) => !isShown(row)))) : null);
  }

  Object.assign(blocks, {targets});
})();
