"use strict";
/* The page that opens: key figures, what needs attention, targets, every KPI. */
(() => {
  const store = prospection;
  const {format, elements, blocks, pages} = prospection;
  const {h, figure, panel, notice} = elements;
  const {text} = format;
  const {heading, chosen, segmentName} = pages;

  const overview = {
    id: "overview",
    keys: (state) => ["subjects/kpi_conclusions", chosen(state), "subjects/kpi_signals", "subjects/kpi_targets"],
    render(state) {
      const families = [...new Set(store.start.catalog.map((kpi) => kpi.family))];
      return [
        heading("overview", state),
        blocks.conclusions("overview", state),
        ...overview.brief(state),
        h("h3", {class: "group every"}, text("every_kpi")),
        families.map((family) => familyTable(family, state)),
        blocks.missing("prospects", "activities", "deals", "orders", "costs", "surveys"),
      ];
    },
  };

  overview.brief = (state) => {
    const headline = store.start.headline.filter((id) => store.kpi(id));
    const cards = headline.map((id) => blocks.card(id, state)).filter(Boolean);
    const absent = headline.length - cards.length;
    return [
      cards.length ? h("div", {class: "cards"}, cards) : notice(text("nothing_published")),
      absent > 0 && cards.length ? h("p", {class: "note"}, format.counted("not_by_dimension", absent)) : null,
      signals(state),
      blocks.targets(state),
    ];
  };

  const MOST_SIGNALS = 6;

  /* What is significantly worse in the newest period, the most certain first, and what can be done. */
  function signals(state) {
    const current = store.subject("kpi_signals").rows.filter((row) => row.is_current &&
      format.end(row.grain, row.period_start) <= format.end(state.grain, state.period));
    const all = state.dimension === "all" ? current : current.filter((row) =>
      row.dimension === state.dimension && row.dimension_value === state.value);
    if (current.length && !all.length) return notice(text("no_signals"), "good");
    // nothing can be done about "(unknown)": of a KPI the surest segment that has a name
    const rows = [...new Set(all.map((row) => row.kpi_id))].map((id) => {
      const own = all.filter((row) => row.kpi_id === id);
      return own.find((row) => format.isNamed(row.dimension_value)) || own[0];
    });
    const others = (row) => all.filter((each) => each.kpi_id === row.kpi_id).length - 1;
    if (!rows.length) return null;
    const language = format.language();
    const where = (row) => (row.dimension === "all" ? text("dimension_all")
      : segmentName(row.dimension, row.dimension_value));
    const unit = (row) => format.unit(store.kpi(row.kpi_id) || {unit: "ratio"});
    return panel(text("subject_kpi_signals"), {
      wide: true, note: text("signals_note"),
      csv: {name: "signals", columns: Object.keys(rows[0]), rows: () => all.map((row) => Object.values(row))},
    }, h("ul", {class: "signals"}, rows.slice(0, MOST_SIGNALS).map((row) => h("li", {},
      h("p", {}, h("strong", {class: "clamp", dir: "auto"}, blocks.namedRow(row)),
        h("span", {class: "soft clamp", dir: "auto"}, `${where(row)} \u00b7 ${format.period(row.grain, row.period_start)}` +
          (others(row) ? ` \u00b7 ${format.counted("and_segments", others(row))}` : ""))),
      h("p", {class: "number"}, format.value(unit(row), row.value), h("span", {class: "soft"},
        ` ${text("instead_of", {value: format.value(unit(row), row.expected_value)})}`)),
      h("p", {dir: "auto"}, format.typeset(row[`advice_${language}`]))))));
  }

  /* Every KPI of a family in the chosen period, folded away until asked for. */
  function familyTable(family, state) {
    const found = store.start.catalog.filter((kpi) => kpi.family === family)
      .map((kpi) => blocks.shownCell(kpi.kpi_id, state)).filter(Boolean);
    if (!found.length) return null;
    const columns = ["kpi", "value", "column_previous", "column_change", "column_year_ago", "sample", "remarks"];
    const rows = found.map((cell) => [
      h("span", {title: format.definition(store.kpi(cell.kpi))}, blocks.kpiName(cell.kpi, {grain: cell.grain})),
      figure(cell), figure(cell, "previous_value"),
      elements.movement(cell, "previous_value") || format.NOTHING,
      figure(cell, "year_ago_value"), figure(cell, "sample_size", {unit: "count"}),
      h("span", {class: "marks"}, blocks.ownMark(store.kpi(cell.kpi)), cell.period === state.period ? null
        : h("span", {class: "mark other"}, format.period(cell.grain, cell.period, true)), blocks.marks(cell)),
    ]);
    const title = format.word(family, "family");
    const fields = ["value", "numerator", "denominator", "sample_size", "ci_low", "ci_high",
      "previous_value", "year_ago_value"];
    return h("details", {class: "family"},
      h("summary", {}, title, h("span", {class: "soft"}, ` ${text("kpi_count", {n: found.length})}`)),
      h("p", {class: "right"}, elements.downloadButton(`${family}-${state.period}`, title,
        ["kpi_id", "statistic", "grain", "period_start", ...fields],
        () => found.map((cell) => [cell.kpi, cell.statistic, cell.grain, cell.period,
          ...fields.map((field) => cell[field])]))),
      elements.table(title, columns.map((key, at) => ({
        title: text(key), isNumber: at > 0 && at < 6,
      })), rows));
  }

  pages.all.push(overview);
})();
