"use strict";
/* What every page has. A page says which data it needs for a filter (`keys`) and makes its content
   (`render`); each file of this folder adds one to `pages.all`, in the order of the navigation. */
(() => {
  const store = prospection;
  const {format, elements} = prospection;
  const {h} = elements;
  const {text} = format;

  const chosen = (state) => `${state.dimension}/${state.grain}`;

  /* "Sector: Construction". */
  const segmentName = (dimension, value) =>
    format.named(text(`dimension_${dimension}`), format.label(dimension, value));

  /* The title of a page, with what is chosen: filters are not printed. */
  function heading(id, state, isFiltered = true) {
    const choice = [format.period(state.grain, state.period)];
    if (isFiltered && state.dimension !== "all") {
      choice.push(segmentName(state.dimension, state.value));
    }
    return h("div", {class: "title"},
      h("h2", {}, text(`page_${id}`), id === "quality" ? null
        : h("span", {class: "choice", dir: "auto"}, ` ${choice.join(" \u00b7 ")}`)),
      h("p", {class: "lead"}, text(`page_${id}_lead`)),
      id !== "quality" && state.period > store.start.as_of ? elements.notice(text("period_ahead")) : null);
  }

  /* The address of the shown view with something else chosen; null takes a choice away. */
  function addressWith(changes) {
    const address = new URLSearchParams(location.hash.slice(1) || document.body.dataset.ready);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) address.delete(name);
      else address.set(name, value);
    }
    return `#${address}`;
  }

  const grid = (...content) => h("div", {class: "grid"}, content);

  /* The weekly values of the chosen segment where it is published by week, else its grain's. */
  function weekly(state) {
    const dimension = store.dimension(state.dimension);
    const grains = state.dimension === "all" ? store.start.grains : dimension.grains;
    return grains.includes("week") ? "week" : state.grain;
  }

  prospection.pages = {all: [], heading, addressWith, grid, chosen, segmentName, weekly};
})();
