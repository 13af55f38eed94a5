"use strict";
/* The controls of a comparison: with what the chosen view is put side by side. One press offers what is
   asked most: the period before, a year ago, two segments over two periods. */
prospection.comparing = (() => {
  const store = prospection;
  const {format, elements, blocks} = prospection;
  const {h} = elements;
  const {text} = format;
  let isOpen = false;

  const named = (dimension) => store.values(dimension).filter(([value]) => format.isNamed(value));

  const before = (grain, period, back = 1) => {
    const periods = store.periods(grain);
    return periods[periods.indexOf(period) - back] || null;
  };

  /* The quarter where there is one: segments are small. */
  function twoByTwo(state, dimension, lastComplete) {
    const {grains} = store.dimension(dimension);
    const grain = grains.includes("quarter") ? "quarter" : grains.at(-1);
    const period = lastComplete(grain);
    const [first, second] = named(dimension);
    return {grain, period, dimension, value: first[0], beside: {dimension, value: second[0]},
      besidePeriod: before(grain, period)};
  }

  const NONE = {beside: null, besidePeriod: null};

  /* What can be chosen at one press. */
  function offers(state, go, lastComplete) {
    const chip = (words, changes) => h("button", {type: "button", class: "quiet", onclick: () => {
      isOpen = false;
      go(changes);
    }}, words);
    const earlier = before(state.grain, state.period);
    const yearAgo = before(state.grain, state.period, store.start.year_ago[state.grain]);
    return h("div", {class: "offers", id: "offers"},
      earlier ? chip(text("compare_before"), {...NONE, beside: state.beside, besidePeriod: earlier}) : null,
      yearAgo ? chip(text("compare_year_ago"), {...NONE, beside: state.beside, besidePeriod: yearAgo}) : null,
      store.start.dimensions.filter(({name}) => named(name).length > 1).map(({name}) =>
        chip(text("compare_two_of", {dimension: text(`dimension_${name}`)}), twoByTwo(state, name, lastComplete))));
  }

  /* The row of controls below the filters. */
  function controls(state, {go, redraw, choice, lastComplete}) {
    const isOn = blocks.isComparing(state);
    const other = state.beside || {dimension: "all", value: "all"};
    const none = ["", text("compare_nothing")];
    const segment = (dimension, value) => JSON.stringify([dimension, value]);
    const dimension = state.beside && state.beside.dimension !== "all" ? state.beside.dimension : state.dimension;
    const segments = [none, ...state.dimension === "all" ? [] : [[segment("all", "all"), text("dimension_all")]],
      ...store.values(dimension).filter(([value]) => dimension !== state.dimension || value !== state.value)
        .map(([value]) => [segment(dimension, value), format.label(dimension, value)])];
    const periods = [...store.periods(state.grain)].reverse().filter((period) => period !== state.period);
    return [
      h("button", {type: "button", class: "quiet compare", id: "compare", "aria-expanded": String(isOpen),
        "aria-controls": "offers", onclick: () => {
          isOpen = !isOpen;
          redraw();
        }}, text("compare")),
      isOn ? [
        segments.length < 2 ? null : choice("beside", segments,
          state.beside ? segment(other.dimension, other.value) : "", (chosen) => {
            const [name, value] = chosen ? JSON.parse(chosen) : [];
            go({beside: chosen ? {dimension: name, value} : null});
          }),
        choice("beside-period", [none, ...periods.map((period) => [period, format.period(state.grain, period)])],
          state.besidePeriod || "", (period) => go({besidePeriod: period || null})),
        h("button", {type: "button", class: "quiet compare", id: "compare-end", onclick: () => go(NONE)}, text("compare_end")),
      ] : null,
      isOpen ? offers(state, go, lastComplete) : null,
    ].flat(2).filter(Boolean);
  }

  return {controls};
})();
