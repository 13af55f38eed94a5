"use strict";
/* Cards: a KPI with its marks, its comparisons, its target and how it is calculated. */
(() => {
  const {format, elements, blocks} = prospection;
  const store = prospection;
  const {h, figure, movement, sparkline} = elements;
  const {text} = format;
  const LONG_VALUE = 8; // letters: a longer one takes the place of the sparkline

  /* A status of `kpi_targets` in words and colour; nothing where nothing can be said. */
  const status = (word) => word && h("span", {class: `status ${word}`}, format.word(word, "status"));

  function targetLine(cell, state) {
    if (cell.target === null) return null;
    const pace = store.rows("subjects/kpi_targets").find((row) => row.kpi_id === cell.kpi
      && row.grain === cell.grain && row.period_start === cell.period
      && row.dimension === state.dimension && row.dimension_value === state.value);
    const share = cell.attainment;
    const isLimit = store.kpi(cell.kpi).better === "down";
    return h("p", {class: isLimit && share > 1 ? "target over" : "target"},
      `${text(isLimit ? "limit" : "target")} `, figure(cell, "target", {isShort: true}),
      share === null ? null : [` \u00b7 ${text(isLimit ? "used" : "attained")} `, figure(cell, "attainment", {unit: "rate"}),
        h("span", {class: "bar", "aria-hidden": "true"},
          h("span", {style: `width:${Math.max(0, Math.min(1, share)) * 100}%`}))],
      pace ? [" ", status(pace.status)] : null);
  }

  const FEW = 20; // of so few one comparison is a difference (see format.change): then both are

  function comparisons(cell) {
    const isDifference = store.kpi(cell.kpi).unit === "count" &&
      ["previous_value", "year_ago_value"].some((field) => cell[field] !== null && cell[field] < FEW);
    const line = (field, title) => cell[field] === null ? null
      : h("p", {class: "compare"}, movement(cell, field, isDifference),
        h("span", {class: "soft"}, ` ${title} (`, figure(cell, field, {isShort: true}), ")"));
    const found = [line("previous_value", text(`before_${cell.grain}`)),
      line("year_ago_value", text("year_ago"))].filter(Boolean);
    return found.length ? found : h("p", {class: "compare soft"}, text("no_comparison"));
  }

  /* The last values up to one of them; a period that is not over would look like a collapse. */
  const pastCells = (cell, state) => store.series(cell.kpi, blocks.where(state))
    .filter((each) => each.period <= cell.period && !each.is_partial).slice(-13);

  function card(kpiId, state) {
    const cell = blocks.shownCell(kpiId, state);
    if (!cell) return null;
    const kpi = store.kpi(kpiId);
    const isOther = cell.period !== state.period;
    const isLong = format.value(format.unit(kpi), cell.value, true).length > LONG_VALUE;
    return h("article", {class: "card"},
      h("h3", {}, blocks.kpiName(kpiId, {grain: cell.grain})),
      h("div", {class: "main"},
        h("p", {class: isLong ? "value long" : "value"}, figure(cell, "value", {isShort: true})),
        sparkline(blocks.pastCells(cell, state), cell.period)),
      h("p", {class: "marks"},
        blocks.ownMark(kpi), isOther ? h("span", {class: "mark other"}, text("mature_cohort",
          {period: format.period(cell.grain, cell.period)})) : null, blocks.marks(cell)),
      comparisons(cell), targetLine(cell, state), blocks.explanation(cell));
  }

  Object.assign(blocks, {status, card, pastCells});
})();
