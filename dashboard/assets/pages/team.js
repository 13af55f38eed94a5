"use strict";
/* The reps beside each other. */
(() => {
  const store = prospection;
  const {format, elements, blocks, pages} = prospection;
  const {h, panel, notice} = elements;
  const {text} = format;
  const {heading} = pages;

  const SCORES = ["touches", "prospects_contacted", "prospect_conversations", "meetings_booked",
    "qualified_prospects", "new_customers", "cohort_conversion_rate", "deal_win_rate", "revenue",
    "prospecting_cost", "roi", "retention_rate"];

  const team = {
    id: "team",
    isFiltered: false,
    keys: (state) => ["subjects/kpi_conclusions", `rep/${state.grain}`, `team/${state.grain}`],
    render(state) {
      return [
        heading("team", state, false),
        blocks.conclusions("team", state, {isFiltered: false}),
        scorecard(state),
        blocks.byDimension(text("by_team"), "team", SCORES, state),
        store.values("rep").length ? null : notice(text("missing_reps")),
      ];
    },
  };

  const FEW = 10; // below it a difference of counts says nothing
  const NO_VERDICT = ["prospecting_cost"]; // who works most costs most: what it brought is judged

  function median(values) {
    const sorted = [...values].sort((one, other) => one - other);
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /* Each rep's values beside the median of the reps: clearly above, around, clearly below it. */
  function scorecard(state) {
    const kpis = SCORES.filter((id) => store.kpi(id));
    const reps = store.values("rep").filter(([value]) => format.isNamed(value)).map(([value]) => ({
      value,
      cells: kpis.map((id) => store.cell(id, {grain: state.grain, dimension: "rep", value, period: state.period})),
    })).filter((rep) => rep.cells.some(Boolean));
    if (!reps.length) return store.values("rep").length ? notice(text("no_reps_in_period")) : null;
    const medians = kpis.map((_, at) => {
      const values = reps.map((rep) => rep.cells[at]).filter(Boolean).map((cell) => cell.value);
      return values.length > 1 ? median(values) : null;
    });
    const kept = kpis.map((_, at) => reps.some((rep) => rep.cells[at]));
    const only = (list) => list.filter((_, at) => kept[at]);
    const names = only(kpis);
    const middle = only(medians);
    const judge = (cell, at) => {
      if (!cell) return null;
      const {better, unit} = store.kpi(names[at]);
      const shown = blocks.measured(cell, 0);
      const gap = middle[at] ? cell.value / middle[at] - 1 : 0;
      const isFew = unit === "count" && Math.max(cell.value, middle[at]) < FEW;
      if (better === "none" || NO_VERDICT.includes(names[at]) || cell.is_reliable === false || isFew || Math.abs(gap) < 0.15) return shown;
      const isGood = (gap > 0) === (better === "up");
      shown.dataset.cell = isGood ? "above" : "below";
      shown.append(h("span", {class: "side", "aria-hidden": "true"}, gap > 0 ? " \u25b2" : " \u25bc"),
        h("span", {class: "hidden-text"}, ` (${text(gap > 0 ? "above_median" : "below_median")})`));
      return shown;
    };
    const rows = reps.sort((one, other) => (other.cells[0]?.value ?? 0) - (one.cells[0]?.value ?? 0))
      .slice(0, blocks.MOST_SHOWN).map((rep) => [format.label("rep", rep.value), ...only(rep.cells).map(judge)]);
    const line = [text("median"), ...names.map((id, at) =>
      middle[at] === null ? null : h("em", {}, format.value(format.unit(store.kpi(id)), middle[at], true)))];
    line.classes = "median";
    const title = text("scorecard");
    const columns = [text("dimension_rep"), ...names.map((id) => format.kpiName(store.kpi(id), state.grain))];
    const links = [null, ...names.map((id) => blocks.kpiName(id, {grain: state.grain}))];
    return panel(title, {
      wide: true, note: format.sentences(text("scorecard_note"), blocks.howMany(reps)),
      csv: {name: `reps-${state.period}`, columns, rows: () => reps.map((rep) =>
        [format.label("rep", rep.value), ...only(rep.cells).map((cell) => cell && cell.value)])},
    }, elements.table(title, columns.map((name, at) => ({title: name, head: links[at], isNumber: at > 0})), [line, ...rows],
      {classes: "many"}));
  }

  pages.all.push(team);
})();
