"use strict";
/* The reps beside each other, and each on a page of their own: the filter on a rep leads there. */
(() => {
  const store = prospection;
  const {format, elements, blocks, pages} = prospection;
  const {h, panel, notice} = elements;
  const {text} = format;
  const {heading, grid} = pages;

  const SCORES = ["touches", "prospects_contacted", "prospect_conversations", "meetings_booked",
    "qualified_prospects", "new_customers", "cohort_conversion_rate", "deal_win_rate", "revenue",
    "prospecting_cost", "roi", "retention_rate"];

  /* On a rep's own page a rising cost is no bad news: who works most costs most. */
  const CARDS = SCORES.filter((id) => id !== "prospecting_cost");

  const isOfRep = (state) => state.dimension === "rep" && format.isNamed(state.value);

  const team = {
    id: "team",
    isFiltered: false,
    reaches: ["rep", "team"],
    keys: (state) => ["subjects/kpi_conclusions", "subjects/kpi_rep_profiles", "subjects/kpi_targets",
      `rep/${state.grain}`, `team/${state.grain}`],
    render: (state) => (isOfRep(state) ? ofRep(state) : ofAll(state)),
  };

  function ofAll(state) {
    return [
      heading("team", state, false),
      choice(state),
      blocks.conclusions("team", state, {isFiltered: false}),
      ...team.brief(state),
      store.values("rep").length ? null : notice(text("missing_reps")),
    ];
  }

  function ofRep(state) {
    const chart = (ids, settings) => blocks.overTime(text(`chart_rep_${settings.name}`), ids, state, settings);
    return [
      heading("team", state, true),
      choice(state),
      blocks.conclusions("team", state),
      ...team.brief(state),
      grid(chart(["touches", "prospects_contacted"], {name: "effort"}),
        chart(["meetings_booked", "new_customers"], {name: "results", type: "bar"})),
    ];
  }

  team.brief = (state) => (isOfRep(state) ? [
    blocks.coaching(state, state.value),
    blocks.targets(state, null, {isOwnOnly: true}) || notice(text("no_targets_of_rep")),
    blocks.profile(state),
    h("div", {class: "cards"}, CARDS.map((id) => store.kpi(id) && blocks.card(id, state)).filter(Boolean)),
  ] : [
    blocks.coaching(state), blocks.profiles(state), scorecard(state),
    blocks.byDimension(text("by_team"), "team", SCORES, state),
  ]);

  /* All reps, or one on a page of their own. */
  function choice(state) {
    const reps = store.values("rep").map(([value]) => value).filter(format.isNamed)
      .sort((one, other) => format.label("rep", one).localeCompare(format.label("rep", other), format.language()));
    if (!reps.length || store.start.report) return null;
    return h("p", {class: "choose"}, h("label", {for: "chosen-rep"}, `${text("dimension_rep")} `), h("select", {
      id: "chosen-rep", onchange: (event) => {
        const value = event.target.value || null;
        location.hash = pages.addressWith({dimension: value && "rep", value});
      },
    }, h("option", {value: ""}, text("all_reps")), reps.map((rep) => h("option", {value: rep, dir: "auto",
      selected: isOfRep(state) && rep === state.value}, format.label("rep", rep)))));
  }

  function median(values) {
    const sorted = [...values].sort((one, other) => one - other);
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /* What each rep did in the period, beside the median of the reps. Nothing is judged here: a volume
     follows from the territory and the days worked as well. */
  function scorecard(state) {
    const kpis = SCORES.filter((id) => store.kpi(id));
    const found = kpis.map((id) => blocks.segmentCells(id, "rep", state));
    const reps = store.values("rep").filter(([value]) => format.isNamed(value)).map(([value]) => ({
      value, cells: found.map((cells) => cells.get(value)),
    })).filter((rep) => rep.cells.some(Boolean));
    if (!reps.length) return store.values("rep").length ? notice(text("no_reps_in_period")) : null;
    const kept = kpis.map((_, at) => reps.some((rep) => rep.cells[at]));
    const only = (list) => list.filter((_, at) => kept[at]);
    const names = only(kpis);
    const medians = names.map((_, at) => {
      const values = reps.map((rep) => only(rep.cells)[at]).filter(Boolean).map((cell) => cell.value);
      return values.length > 1 ? median(values) : null;
    });
    const line = [text("median"), ...names.map((id, at) =>
      medians[at] === null ? null : h("em", {}, format.value(format.unit(store.kpi(id)), medians[at], true)))];
    line.classes = "median";
    const title = text("scorecard");
    const columns = [text("dimension_rep"), ...names.map((id) => format.kpiName(store.kpi(id), state.grain))];
    const links = [null, ...names.map((id) => blocks.kpiName(id, {grain: state.grain}))];
    return panel(title, {
      wide: true, note: format.sentences(text("scorecard_note"), blocks.cohortNote(reps.flatMap((rep) => rep.cells), state),
        reps.some((rep) => rep.cells.some((cell) => cell && blocks.isSmall(cell))) ? text("asterisk") : null),
      csv: {name: `reps-${state.period}`, columns, rows: () => reps.map((rep) =>
        [format.label("rep", rep.value), ...only(rep.cells).map((cell) => cell && cell.value)])},
    }, blocks.sortable("scorecard", title, columns.map((name, at) => ({title: name, head: links[at], isNumber: at > 0})),
      reps.map((rep) => [blocks.cell(blocks.repLink(rep.value), format.label("rep", rep.value)),
        ...only(rep.cells).map((cell) => blocks.cell(blocks.measured(cell, 0), cell && cell.value))]),
      {first: [line], sorted: {at: 1, isDown: true}, classes: "many"}));
  }

  pages.all.push(team);
})();
