"use strict";
/* Reasons: why deals are lost, why customers leave or complain. */
(() => {
  const store = prospection;
  const {format, elements, charts, blocks} = prospection;
  const {text} = format;

  /* A reason in words, where it is one that everybody means the same by. */
  const reason = (word) => (format.isKnown(`reason_${word}`) ? text(`reason_${word}`) : format.special(word));

  /* Reasons, the most frequent first, with the share that they add up to. */
  function pareto(name, state) {
    const {grain, period, rows} = blocks.ofPeriod(blocks.segment(name, state), state);
    if (!rows.length) return null;
    const title = text(`subject_${name}`);
    if (!rows.some((row) => format.isNamed(row.reason))) return elements.notice(text("missing_reasons", {title}));
    const sorted = [...rows].sort((one, other) => one.reason_rank - other.reason_rank);
    const shown = sorted.slice(0, 12);
    const vital = Math.max(sorted.findIndex((row) => row.cumulative_share >= 0.8), 0);
    return charts.chart(title, {
      type: "bar", isWide: true, isHorizontal: true, isLabelled: true, unit: "count", name,
      note: format.sentences(format.period(grain, period), text(vital ? "pareto_note" : "pareto_first", {
        n: vital + 1, share: format.value("rate", sorted[vital].cumulative_share)})),
      labelTitle: text("reason"),
      labels: shown.map((row) => reason(row.reason)),
      series: [{name: text("cases"), values: shown.map((row) => row.occurrences),
        texts: shown.map((row) => `${format.count(row.occurrences)} (${format.value("rate", row.cumulative_share)})`),
        colours: shown.map((_, at) => (at <= vital ? 1 : 8))}],
    });
  }

  Object.assign(blocks, {pareto, reason});
})();
