"use strict";
/* Cells of heat maps. */
(() => {
  const {format, elements, blocks} = prospection;
  const {h} = elements;

  /* A cell of a heat map: the darker, the larger; hatched where it still moves. */
  function heat(value, low, high, words, isYoungCell) {
    if (value === null || value === undefined) return h("span", {class: "nothing"}, format.NOTHING);
    const share = high > low ? Math.max(0, Math.min(1, (value - low) / (high - low))) : 0;
    const step = Math.round(share * 6);
    const shown = h("span", {class: `heat-${step}${isYoungCell ? " young" : ""}`}, words);
    shown.dataset.cell = shown.className;
    shown.className = "";
    return shown;
  }

  Object.assign(blocks, {heat});
})();
