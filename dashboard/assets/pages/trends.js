"use strict";
/* Trends: the lines to follow, every KPI by family, and the view of one KPI that every name leads to. */
(() => {
  const store = prospection;
  const {format, elements, blocks, pages} = prospection;
  const {h, figure, sparkline, notice} = elements;
  const {text} = format;
  const {heading, grid, chosen, segmentName} = pages;

  /* The lines that tell early how selling goes: guides ask for each of them as a trend. */
  const TO_FOLLOW = ["conversations_to_close", "detection_to_customer_days", "prospects_per_customer",
    "quotes_never_won_rate", "never_engaged_rate", "response_rate", "cohort_conversion_rate", "cac", "roi", "retention_rate"];

  const trends = {
    id: "trends",
    keys(state) {
      const kpi = state.kpi && store.kpi(state.kpi);
      const wanted = kpi ? [kpi] : TO_FOLLOW.map((id) => store.kpi(id)).filter(Boolean);
      return [...new Set(["subjects/kpi_conclusions", "subjects/kpi_targets", chosen(state),
        ...wanted.map((each) => blocks.trendKey(each, state))])];
    },
    title: (state) => (state.kpi ? format.kpiName(store.kpi(state.kpi)) : text("page_trends")),
    render: (state) => (state.kpi ? ofKpi(store.kpi(state.kpi), state) : ofAll(state)),
  };

  const families = () => [...new Set(store.start.catalog.map((kpi) => kpi.family))]
    .map((family) => [family, store.start.catalog.filter((kpi) => kpi.family === family)]);

  /* From one KPI to another. */
  const choose = (state) => h("p", {class: "choose"}, h("label", {for: "trend-kpi"}, `${text("kpi")} `), h("select", {
    id: "trend-kpi", onchange: (event) => {
      location.hash = blocks.trendAddress(event.target.value);
    },
  }, families().map(([family, kpis]) => h("optgroup", {label: format.word(family, "family")}, kpis.map((kpi) =>
    h("option", {value: kpi.kpi_id, selected: kpi.kpi_id === state.kpi}, format.kpiName(kpi)))))),
  " ", h("a", {href: `#${allAddress()}`}, text("trends_all")));

  function allAddress() {
    const address = new URLSearchParams(location.hash.slice(1));
    address.delete("kpi");
    return address;
  }

  /* The view of one KPI: what it says, its line, how it is calculated. */
  function ofKpi(kpi, state) {
    const at = blocks.reach(kpi, state);
    const line = blocks.trend(kpi.kpi_id, state, {title: text("trend"), isWide: true});
    const card = blocks.card(kpi.kpi_id, at);
    if (card) card.querySelector(".how").open = true;
    const choice = [format.period(at.grain, at.period), at.dimension === "all" ? null : segmentName(at.dimension, at.value)];
    return [
      h("div", {class: "title"},
        h("h2", {dir: "auto"}, format.kpiName(kpi, at.grain), h("span", {class: "choice", dir: "auto"},
          ` ${choice.filter(Boolean).join(" \u00b7 ")}`)),
        h("p", {class: "lead"}, format.definition(kpi))),
      choose(state),
      blocks.conclusionsOn(kpi.kpi_id, at),
      ...blocks.unreached(kpi, state).map((words) => notice(words)),
      card || line ? h("div", {class: "trend"}, card, line || notice(text("trend_not_yet"))) : notice(text("trend_none")),
      blocks.targets(at, [kpi.kpi_id]),
    ];
  }

  function ofAll(state) {
    return [
      heading("trends", state),
      blocks.conclusions("overview", state),
      grid(TO_FOLLOW.map((id) => blocks.trend(id, state, {isShort: true}))),
      h("h3", {class: "group"}, text("trends_every")),
      grid(families().map(([family, kpis]) => familyList(family, kpis, state))),
    ];
  }

  /* Every KPI of a family: its name, its last values as a line, its value. */
  function familyList(family, kpis, state) {
    const title = format.word(family, "family");
    return elements.panel(title, {}, elements.table(title,
      ["kpi", "value", "trend"].map((key, at) => ({title: text(key), isNumber: at === 1})),
      kpis.map((kpi) => {
        const cell = blocks.shownCell(kpi.kpi_id, state);
        return [blocks.kpiName(kpi.kpi_id, {grain: state.grain}), cell ? figure(cell) : null,
          cell ? sparkline(blocks.pastCells(cell, state), cell.period) : null];
      })));
  }

  pages.all.push(trends);
})();
