"use strict";
/* The report: one period as one page to print or to send. It is put together from what the other
   pages tell of themselves (`brief`), so that a number is made in one place. Charts need the library
   of charts, which a single file has not: here are tables, cards and bars. */
(() => {
  const store = prospection;
  const {format, elements, blocks, pages} = prospection;
  const {h, panel, notice} = elements;
  const {text} = format;

  const PARTS = ["overview", "funnel", "campaigns", "team", "pipeline", "quality"];
  const PARTS_OF_REP = ["team", "funnel"];

  const report = {
    id: "report",
    keys: () => [],
    render(state) {
      const isOfRep = state.dimension !== "all";
      const first = blocks.conclusionsOf("overview", state);
      const parts = (isOfRep ? PARTS_OF_REP : PARTS).map((id) => pages.all.find((page) => page.id === id));
      return [
        pages.heading("report", state),
        blocks.conclusions("overview", state),
        ...parts.map((page, at) => part(page, state, {said: first, isFirst: at === 0, isOfRep})),
      ];
    },
  };

  /* What one page tells: its title, what it concludes beyond what was said first, its tables. */
  function part(page, state, {said, isFirst, isOfRep}) {
    const content = page.brief(state).flat(3).filter(Boolean);
    const further = isFirst || page.id === "quality" || isOfRep ? null : blocks.conclusions(page.id, state, {isFiltered: false, said});
    if (!content.length && !further) return null;
    return h("section", {class: "part", "aria-label": text(`page_${page.id}`)},
      isFirst ? null : h("h2", {}, text(`page_${page.id}`)), further, content);
  }

  const MOST_RESTATED = 15;

  /* What is another value now than the last report told. */
  function restated() {
    const told = store.start.restated;
    if (!told) return null;
    const since = {period: format.period(told.grain, told.period), date: format.date(told.as_of)};
    if (!told.rows.length) return notice(text("restated_nothing", since), "good");
    const rows = told.rows.filter((row) => store.kpi(row.kpi_id));
    const columns = ["kpi_id", "period_start", "value_before", "value_now"];
    const value = (row, field) => format.value(store.kpi(row.kpi_id).unit, row[field]);
    const title = text("restated_since", since);
    return panel(title, {
      wide: true,
      note: format.sentences(text("restated_note"), rows.length > MOST_RESTATED
        ? text("rows_shown", {shown: MOST_RESTATED, all: format.count(rows.length)}) : null),
      csv: {name: "restated", columns: Object.keys(rows[0]), rows: () => rows.map((row) => Object.values(row))},
    }, elements.table(title, columns.map((name, at) => ({title: format.word(name, "column"), isNumber: at > 1})),
      rows.slice(0, MOST_RESTATED).map((row) => [format.kpiName(store.kpi(row.kpi_id)),
        format.period(row.grain, row.period_start, true), value(row, "value_before"), value(row, "value_now")])));
  }

  pages.restated = restated;
  if (store.start.report) pages.all.push(report);
})();
